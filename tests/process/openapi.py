"""The API's own description, and whether answers are as it says."""

import json
import pathlib
import re

import jsonschema

FILE = pathlib.Path(__file__).resolve().parents[2] / "web" / "openapi.json"


def in_json_schema(schema):
    """An OpenAPI 3.0 schema in JSON Schema's own words: those say null by its name."""
    if isinstance(schema, list):
        return [in_json_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: in_json_schema(value) for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable") is True:
        plain["type"] = [plain["type"], "null"]
    return plain


class Description:
    def __init__(self, document):
        self.document = document
        self._plain = in_json_schema(document)

    def operations(self):
        """All (method, path) there are, in capitals and with the path's parameters in braces."""
        return [(m.upper(), p) for p, all_of_it in self.document["paths"].items() for m in all_of_it]

    def check(self, method, path, status, content_type, body):
        """Fails unless this answer is one that the description allows."""
        described = self._responses(method, path.partition("?")[0])
        response = self._follow(described.get(str(status)) or described["default"])
        content = response.get("content", {})
        if not content:
            assert (body, content_type) == (b"", None), f"{method} {path}: a body with {status}"
            return
        assert content_type in content, f"{method} {path}: {content_type} with {status}"
        text = body.decode()
        value = json.loads(text) if content_type == "application/json" else text
        self._validate(value, content[content_type]["schema"])

    def check_event(self, kind, data):
        self._validate(data, {"$ref": f"#/components/schemas/{kind}_event"})

    def _responses(self, method, path):
        error_only = {"default": {"$ref": "#/components/responses/error"}}
        for pattern, operations in self._plain["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path):
                return operations.get(method.lower(), {"responses": error_only})["responses"]
        return error_only

    def _follow(self, node):
        if "$ref" not in node:
            return node
        found = self._plain
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return found

    def _validate(self, value, schema):
        jsonschema.Draft4Validator({**schema, "components": self._plain["components"]}
                                   if "$ref" not in schema else
                                   {"allOf": [schema], "components": self._plain["components"]}
                                   ).validate(value)


DESCRIPTION = Description(json.loads(FILE.read_text()))
