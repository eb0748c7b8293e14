"""Translates the SAM template to plain CloudFormation, as a deployment would.

    python translate.py template.yaml translated.json

Needs no account: managed policies are not looked up, since the template names none.
"""

import json
import os
import sys

from samcli.yamlhelper import yaml_parse
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.transform import transform


class NoManagedPolicies:
    """Every role in the template writes its own policy."""

    def load(self):
        return {}


def main(source: str, target: str) -> None:
    with open(source, encoding="utf-8") as file:
        template = yaml_parse(file.read())
    # A deployment uploads the code before the translation.
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
    try:
        translated = transform(template, {}, NoManagedPolicies())
    except InvalidDocumentException as error:
        sys.exit("\n".join(f"{source}: {cause.message}" for cause in error.causes))
    for resource in translated["Resources"].values():
        if resource["Type"] == "AWS::CloudFormation::Stack":
            # As the linter finds it from where the translation lies.
            beside = os.path.join(os.path.dirname(source), resource["Properties"]["TemplateURL"])
            resource["Properties"]["TemplateURL"] = os.path.relpath(beside, os.path.dirname(target))
    with open(target, "w", encoding="utf-8") as file:
        json.dump(translated, file, indent=2)


if __name__ == "__main__":
    main(*sys.argv[1:])
