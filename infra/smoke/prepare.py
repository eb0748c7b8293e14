"""Makes of the template what the emulator can deploy, with the functions as they were built.

    python prepare.py template.yaml FUNCTION=PATH... FOLDER

PATH is a program, or a zip with one. What the emulator cannot do is left out, and said.
"""

import os
import sys
import zipfile

from samcli.yamlhelper import yaml_dump, yaml_parse


def read(path: str) -> dict:
    with open(path, encoding="utf-8") as file:
        return yaml_parse(file.read())


def write(template: dict, path: str) -> None:
    with open(path, "w", encoding="utf-8") as file:
        file.write(yaml_dump(template))


def packed(program: str, name: str, folder: str) -> str:
    """The path, from the folder, of a zip with the program as `bootstrap`."""
    if program.endswith(".zip"):
        return os.path.relpath(program, folder)
    path = f"{name}.zip"
    # Quickly rather than small: it goes nowhere.
    with zipfile.ZipFile(os.path.join(folder, path), "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.write(program, "bootstrap")
    return path


def without(template: dict, is_left_out, why: str) -> None:
    """Takes resources out."""
    resources = template["Resources"]
    left_out = [name for name, resource in resources.items() if is_left_out(resource)]
    for name in left_out:
        del resources[name]
    print(f"left out, for the emulator {why}: {', '.join(left_out)}")


def main(source: str, *arguments: str) -> None:
    *pairs, folder = arguments
    programs = dict(pair.split("=", 1) for pair in pairs)
    root = os.path.dirname(os.path.abspath(source))
    template = read(source)
    without(
        template,
        lambda it: it["Type"] == "AWS::SecretsManager::RotationSchedule",
        "does not rotate",
    )
    functions = template["Globals"]["Function"]
    del functions["CodeUri"]
    # It has no API for extensions, by which a function on Lambda hears that it ends.
    functions["Environment"]["Variables"]["WEIR_METRICS"] = "cloudwatch"
    for name, resource in template["Resources"].items():
        properties = resource["Properties"]
        if resource["Type"] == "AWS::Serverless::Function":
            program = programs[resource["Metadata"]["BuildProperties"]["Binary"]]
            properties["CodeUri"] = packed(program, name, folder)
        elif resource["Type"] == "AWS::CloudFormation::Stack":
            nested = read(os.path.join(root, properties["TemplateURL"]))
            if any("Metrics" in it.get("Properties", {}) for it in nested["Resources"].values()):
                without(nested, lambda it: "Metrics" in it["Properties"], "does no metric math")
            properties["TemplateURL"] = f"{name}.yaml"
            write(nested, os.path.join(folder, properties["TemplateURL"]))
    write(template, os.path.join(folder, "template.yaml"))


if __name__ == "__main__":
    main(*sys.argv[1:])
