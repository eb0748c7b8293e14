//! The words that events are made of.

pub(crate) const NAMES: [&str; 10] = [
    "page_view",
    "page_view",
    "page_view",
    "click",
    "click",
    "page_leave",
    "login",
    "add_to_cart",
    "search",
    "checkout_completed",
];

pub(crate) const PRODUCTS: [&str; 32] = [
    "walnut-desk",
    "oak-shelf",
    "linen-curtain",
    "steel-lamp",
    "wool-rug",
    "cork-board",
    "glass-vase",
    "ceramic-bowl",
    "bamboo-tray",
    "leather-chair",
    "velvet-sofa",
    "marble-table",
    "copper-kettle",
    "cotton-towel",
    "silk-cushion",
    "pine-bench",
    "brass-mirror",
    "clay-pot",
    "rattan-basket",
    "felt-organizer",
    "ash-stool",
    "jute-mat",
    "iron-rack",
    "paper-lantern",
    "teak-tray",
    "beech-hanger",
    "slate-coaster",
    "enamel-mug",
    "hemp-throw",
    "granite-mortar",
    "maple-frame",
    "birch-cabinet",
];

pub(crate) const WORDS: [&str; 64] = [
    "autumn", "blue", "bright", "calm", "classic", "clear", "compact", "cosy", "crisp", "deep",
    "delivery", "early", "elegant", "family", "fast", "fine", "fresh", "garden", "gentle", "gift",
    "golden", "grand", "green", "grey", "handmade", "happy", "heavy", "home", "kitchen", "large",
    "late", "light", "little", "long", "modern", "morning", "narrow", "natural", "new", "night",
    "office", "old", "open", "order", "perfect", "plain", "please", "quick", "quiet", "red",
    "round", "rustic", "simple", "small", "smart", "soft", "solid", "spring", "summer", "thanks",
    "warm", "white", "winter", "wooden",
];

pub(crate) const CAMPAIGNS: [&str; 12] = [
    "spring_sale_2026",
    "autumn_launch",
    "retargeting_eu",
    "brand_search",
    "newsletter_47",
    "newsletter_48",
    "black_friday",
    "influencer_test",
    "winback_q4",
    "app_install",
    "lookalike_2",
    "always_on",
];

pub(crate) const REFERRERS: [&str; 8] = [
    "www.google.com",
    "www.bing.com",
    "duckduckgo.com",
    "www.instagram.com",
    "t.co",
    "mail.example.com",
    "www.reddit.com",
    "news.example.org",
];

/// City, country, latitude, longitude.
pub(crate) const CITIES: [(&str, &str, &str, &str); 24] = [
    ("Berlin", "DE", "52.5244", "13.4105"),
    ("Hamburg", "DE", "53.5753", "10.0153"),
    ("Munich", "DE", "48.1374", "11.5755"),
    ("Cologne", "DE", "50.9333", "6.95"),
    ("Vienna", "AT", "48.2085", "16.3721"),
    ("Zurich", "CH", "47.3667", "8.55"),
    ("Paris", "FR", "48.8534", "2.3488"),
    ("Lyon", "FR", "45.7485", "4.8467"),
    ("Madrid", "ES", "40.4165", "-3.7026"),
    ("Barcelona", "ES", "41.3888", "2.159"),
    ("Rome", "IT", "41.8919", "12.5113"),
    ("Milan", "IT", "45.4643", "9.1895"),
    ("London", "GB", "51.5085", "-0.1257"),
    ("Leeds", "GB", "53.7965", "-1.5478"),
    ("Dublin", "IE", "53.3331", "-6.2489"),
    ("Amsterdam", "NL", "52.374", "4.8897"),
    ("Brussels", "BE", "50.8505", "4.3488"),
    ("Copenhagen", "DK", "55.6759", "12.5655"),
    ("Stockholm", "SE", "59.3294", "18.0687"),
    ("Warsaw", "PL", "52.2298", "21.0118"),
    ("Prague", "CZ", "50.088", "14.4208"),
    ("New York", "US", "40.7143", "-74.006"),
    ("Chicago", "US", "41.85", "-87.65"),
    ("Toronto", "CA", "43.7001", "-79.4163"),
];

/// Browser, the system as its user agent says it, the system's name.
pub(crate) const AGENTS: [(&str, &str, &str); 7] = [
    (
        "Chrome",
        "Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko",
        "Windows",
    ),
    (
        "Chrome",
        "Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko",
        "macOS",
    ),
    (
        "Edge",
        "Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko",
        "Windows",
    ),
    (
        "Chrome",
        "Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko",
        "Android",
    ),
    (
        "Chrome",
        "Linux; Android 13; SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko",
        "Android",
    ),
    (
        "Opera",
        "X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko",
        "Linux",
    ),
    (
        "Chrome",
        "X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko",
        "ChromeOS",
    ),
];

pub(crate) const SCREENS: [(i64, i64); 8] = [
    (1920, 1080),
    (2560, 1440),
    (1440, 900),
    (1536, 864),
    (1366, 768),
    (390, 844),
    (412, 915),
    (360, 800),
];
