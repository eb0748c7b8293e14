//! A TLS endpoint before a plain one, with a certificate of its own.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;

use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub(crate) struct TlsFront {
    port: u16,
    folder: TempDir,
}

impl TlsFront {
    /// Stands before `http://<host>:<port>`.
    pub(crate) async fn start(behind: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        make_certificate(&folder);
        let certificates = CertificateDer::pem_file_iter(folder.path().join("cert.pem")).unwrap();
        let certificates: Vec<_> = certificates.map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(folder.path().join("key.pem")).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let behind = behind.trim_start_matches("http://").to_owned();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                client.set_nodelay(true).unwrap();
                tokio::spawn(pass(acceptor.clone(), client, behind.clone()));
            }
        });
        Self { port, folder }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// A file with the authorities of both: whom a client is to trust.
    pub(crate) fn authorities(&self, other: &Self) -> PathBuf {
        let mut both = String::new();
        for front in [self, other] {
            let text = std::fs::read_to_string(front.folder.path().join("ca.pem")).unwrap();
            writeln!(both, "{text}").unwrap();
        }
        let path = self.folder.path().join("both.pem");
        std::fs::write(&path, both).unwrap();
        path
    }
}

/// One connection; whoever is killed breaks it off, which is no concern here.
async fn pass(acceptor: TlsAcceptor, client: TcpStream, behind: String) {
    let Ok(mut client) = acceptor.accept(client).await else {
        return;
    };
    let mut server = TcpStream::connect(behind).await.unwrap();
    server.set_nodelay(true).unwrap();
    tokio::io::copy_bidirectional(&mut client, &mut server)
        .await
        .ok();
}

/// An authority of its own, and a certificate from it: clients take no authority for a server.
fn make_certificate(folder: &TempDir) {
    let names = "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n";
    std::fs::write(folder.path().join("names"), names).unwrap();
    let curve = "ec_paramgen_curve:prime256v1";
    let authority = "req -x509 -subj /CN=bench -keyout ca.key -out ca.pem -days 2";
    let asked = "req -subj /CN=localhost -keyout key.pem -out asked.csr";
    let given = "x509 -req -in asked.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names \
                 -out cert.pem -days 2";
    for command in [
        format!("{authority} -newkey ec -pkeyopt {curve} -nodes"),
        format!("{asked} -newkey ec -pkeyopt {curve} -nodes"),
        given.to_owned(),
    ] {
        let made = Command::new("openssl")
            .args(command.split_whitespace())
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .status();
        assert!(made.is_ok_and(|it| it.success()), "openssl is needed");
    }
}
