//! The changes.

use spec2crate::diff::Effect::{Additive, Breaking, DocsOnly, WireOnly};

use super::Row;

pub(super) const ROWS: &[Row] = &[
    ("nothing", &[], None, "Nothing changes for callers"),
    // Operations.
    (
        "operation added",
        &[(
            "  /keepers:\n",
            "  /doors:\n    get:\n      operationId: listDoors\n      tags: [Keepers]\n      responses: {'204': {description: None.}}\n  /keepers:\n",
        )],
        Some(Additive),
        "operation `listDoors`: `GET /doors` is added",
    ),
    (
        "operation removed",
        &[(
            "    delete:\n      operationId: removeAnimal\n      tags: [Animals]\n      summary: Removes an animal.\n      parameters:\n        - {name: id, in: path, required: true, schema: {type: string, minLength: 2}}\n        - {name: reason, in: query, required: true, schema: {type: string}}\n      responses:\n        '204': {description: It is gone.}\n",
            "    summary: An animal.\n",
        )],
        Some(Breaking),
        "operation `removeAnimal`: `DELETE /animals/{id}` is removed",
    ),
    (
        "operation renamed",
        &[("operationId: listKeepers", "operationId: allKeepers")],
        Some(Breaking),
        "it is called another way: was `keepers::list_keepers`, is `keepers::all_keepers`",
    ),
    (
        "operation of another tag",
        &[("operationId: listKeepers\n      tags: [Keepers]", "operationId: listKeepers\n      tags: [Animals]")],
        Some(Breaking),
        "is `animals::list_keepers`",
    ),
    (
        "path moved",
        &[("  /keepers:\n", "  /people/keepers:\n")],
        Some(WireOnly),
        "was `GET /keepers`, is `GET /people/keepers`",
    ),
    (
        "method changed",
        &[("    get:\n      operationId: listKeepers", "    put:\n      operationId: listKeepers")],
        Some(WireOnly),
        "was `GET /keepers`, is `PUT /keepers`",
    ),
    (
        "operation deprecated",
        &[("      summary: Lists keepers.", "      summary: Lists keepers.\n      deprecated: true")],
        Some(Additive),
        "operation `listKeepers`: it is deprecated",
    ),
    (
        "operation described",
        &[("summary: Lists keepers.", "summary: Lists all keepers.")],
        Some(DocsOnly),
        "described otherwise: operation `listKeepers`",
    ),
    // Parameters.
    (
        "optional parameter added",
        &[(
            "        - {name: names,",
            "        - {name: page, in: query, schema: {type: string}}\n        - {name: names,",
        )],
        Some(Additive),
        "the query parameter `page` is added",
    ),
    (
        "required parameter added",
        &[(
            "        - {name: reason,",
            "        - {name: by, in: query, required: true, schema: {type: string}}\n        - {name: reason,",
        )],
        Some(Breaking),
        "the required query parameter `by` is added",
    ),
    (
        "parameter removed",
        &[("        - {name: names, in: query, schema: {type: array, items: {type: string}}}\n", "")],
        Some(Breaking),
        "the query parameter `names` is removed",
    ),
    (
        "parameter required",
        &[("{name: since, in: query,", "{name: since, in: query, required: true,")],
        Some(Breaking),
        "the parameter `since` is required now",
    ),
    (
        "parameter optional",
        &[("{name: reason, in: query, required: true,", "{name: reason, in: query,")],
        Some(Breaking),
        "the parameter `reason` is optional now",
    ),
    (
        "parameter of another type",
        &[(
            "{name: trace, in: header, schema: {type: string, maxLength: 20}}",
            "{name: trace, in: header, schema: {type: integer}}",
        )],
        Some(Breaking),
        "the parameter `trace` was `String`, is `i64`",
    ),
    (
        "parameter moved",
        &[("{name: trace, in: header,", "{name: trace, in: query,")],
        Some(WireOnly),
        "the parameter `trace` was `header`, is `query`",
    ),
    (
        "parameter written another way",
        &[("{name: names, in: query,", "{name: names, in: query, explode: false,")],
        Some(WireOnly),
        "the parameter `names` is written another way",
    ),
    (
        "bounds narrower",
        &[("maximum: 100, default: 20", "maximum: 50, default: 20")],
        Some(Breaking),
        "the bounds of the parameter `limit`: was `>= 1, <= 100`, is `>= 1, <= 50`",
    ),
    (
        "bounds wider",
        &[("maximum: 100, default: 20", "maximum: 500, default: 20")],
        Some(WireOnly),
        "the bounds of the parameter `limit`",
    ),
    (
        "pattern added",
        &[("maxLength: 20}", "maxLength: 20, pattern: '^[a-z]+$'}")],
        Some(Breaking),
        "the pattern ^[a-z]+$`",
    ),
    (
        "default changed",
        &[("default: 20", "default: 50")],
        Some(WireOnly),
        "the default of the parameter `limit` was `20`, is `50`",
    ),
    (
        "parameter described",
        &[("Only younger ones.", "Only those that are younger.")],
        Some(DocsOnly),
        "described otherwise: operation `listAnimals`",
    ),
    (
        "parameter deprecated",
        &[("{name: trace, in: header,", "{name: trace, in: header, deprecated: true,")],
        Some(Additive),
        "the parameter `trace` is deprecated",
    ),
    // Bodies and answers.
    (
        "body optional",
        &[("      requestBody:\n        required: true\n", "      requestBody:\n")],
        Some(Breaking),
        "the body is optional now",
    ),
    (
        "body added",
        &[(
            "      summary: Lists keepers.\n",
            "      summary: Lists keepers.\n      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Keeper'}}}}\n",
        )],
        Some(Additive),
        "a body can be sent now",
    ),
    (
        "body required",
        &[(
            "      summary: Lists keepers.\n",
            "      summary: Lists keepers.\n      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Keeper'}}}}\n",
        )],
        Some(Breaking),
        "a body is required now",
    ),
    (
        "body of another type",
        &[(
            "application/json: {schema: {$ref: '#/components/schemas/NewAnimal'}}",
            "application/json: {schema: {$ref: '#/components/schemas/Animal'}}",
        )],
        Some(Breaking),
        "the body was `NewAnimal`, is `Animal`",
    ),
    (
        "body of another media type",
        &[(
            "application/json: {schema: {$ref: '#/components/schemas/NewAnimal'}}",
            "application/merge-patch+json: {schema: {$ref: '#/components/schemas/NewAnimal'}}",
        )],
        Some(WireOnly),
        "is `application/merge-patch+json of NewAnimal`",
    ),
    (
        "answer of another type",
        &[(
            "application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Keeper'}}}",
            "application/json: {schema: {$ref: '#/components/schemas/Keeper'}}",
        )],
        Some(Breaking),
        "its answer was `200 Vec<Keeper>`, is `200 Keeper`",
    ),
    (
        "answer of another status",
        &[("        '201':\n", "        '200':\n")],
        Some(WireOnly),
        "its answer was `201 Animal`, is `200 Animal`",
    ),
    (
        "error added",
        &[(
            "        '404':\n",
            "        '409':\n          description: Not now.\n          content:\n            application/json: {schema: {$ref: '#/components/schemas/Problem'}}\n        '404':\n",
        )],
        Some(Additive),
        "its error",
    ),
    (
        "error removed",
        &[(
            "        '404':\n          description: There are none.\n          content:\n            application/json: {schema: {$ref: '#/components/schemas/Problem'}}\n",
            "",
        )],
        Some(Breaking),
        "its error",
    ),
    // Credentials and addresses.
    (
        "credentials added",
        &[("security: [{token: []}]\n", "security: [{token: []}, {key: []}]\n")],
        Some(WireOnly),
        "was `token`, is `token, or key`",
    ),
    (
        "credentials removed",
        &[("security: [{token: []}, {key: []}]", "security: [{token: []}]")],
        Some(Breaking),
        "was `token, or key`, is `token`",
    ),
    (
        "credentials together",
        &[("security: [{token: []}]\n", "security: [{token: [], key: []}]\n")],
        Some(Breaking),
        "was `token`, is `key and token`",
    ),
    (
        "credentials needed",
        &[("      summary: Lists keepers.\n", "      summary: Lists keepers.\n      security: [{token: []}]\n")],
        Some(Breaking),
        "was nothing, is `token`",
    ),
    (
        "credentials optional",
        &[("security: [{token: []}]\n", "security: [{}, {token: []}]\n")],
        Some(WireOnly),
        "was `token`, is `none, or token`",
    ),
    (
        "scheme added",
        &[("    key: {type: apiKey", "    other: {type: http, scheme: basic}\n    key: {type: apiKey")],
        Some(Additive),
        "the security scheme `other` is added",
    ),
    (
        "address changed",
        &[("https://zoo.example/v1", "https://zoo.example/v2")],
        Some(WireOnly),
        "the default address was `https://zoo.example/v1`",
    ),
    (
        "API described",
        &[("description: The animals of a zoo.", "description: All animals of a zoo.")],
        Some(DocsOnly),
        "described otherwise: the client",
    ),
    // Members.
    (
        "optional member added",
        &[("        next: {type: string}\n", "        next: {type: string}\n        last: {type: string}\n")],
        Some(Additive),
        "the member `last` is added",
    ),
    (
        "required member of an answer added",
        &[(
            "      required: [items]\n      properties:\n",
            "      required: [items, total]\n      properties:\n        total: {type: integer}\n",
        )],
        Some(Additive),
        "the required member `total` is added",
    ),
    (
        "required member of a body added",
        &[(
            "      required: [name, kind]\n      properties:\n",
            "      required: [name, kind, cage]\n      properties:\n        cage: {type: string}\n",
        )],
        Some(Breaking),
        "the required member `cage` is added",
    ),
    ("member removed", &[("        note: {type: string}\n", "")], Some(Breaking), "the member `note` is removed"),
    (
        "member of another type",
        &[(
            "weight: {type: number, description: In kilograms.}",
            "weight: {type: integer, description: In kilograms.}",
        )],
        Some(Breaking),
        "the member `weight` was `f64`, is `i64`",
    ),
    (
        "member required",
        &[("required: [items]", "required: [items, next]")],
        Some(Breaking),
        "the member `next` was `optional`, is `required`",
    ),
    (
        "member optional",
        &[("required: [id, name, kind]", "required: [id, kind]")],
        Some(Breaking),
        "the member `name` was `required`, is `optional`",
    ),
    (
        "member nullable",
        &[("        phone: {type: string}", "        phone: {type: [string, 'null']}")],
        Some(WireOnly),
        "the member `phone` was `optional`, is `optional and nullable`",
    ),
    (
        "member not nullable",
        &[("born: {type: [string, 'null'],", "born: {type: string,")],
        Some(WireOnly),
        "the member `born` was `optional and nullable`, is `optional`",
    ),
    (
        "member with narrower bounds",
        &[("maxLength: 40", "maxLength: 30")],
        Some(Breaking),
        "the bounds of the member `name`",
    ),
    (
        "member with wider bounds",
        &[("maxLength: 40", "maxLength: 50")],
        Some(WireOnly),
        "the bounds of the member `name`",
    ),
    (
        "member with another default",
        &[("default: 1}", "default: 2}")],
        Some(WireOnly),
        "the default of the member `weight` was `1`, is `2`",
    ),
    (
        "member described",
        &[("In kilograms.", "In kilograms, living.")],
        Some(DocsOnly),
        "described otherwise: type `Animal`",
    ),
    (
        "member deprecated",
        &[("        note: {type: string}", "        note: {type: string, deprecated: true}")],
        Some(Additive),
        "the member `note` is deprecated",
    ),
    (
        "member answered only",
        &[("        note: {type: string}", "        note: {type: string, readOnly: true}")],
        Some(Breaking),
        "the member `note` was `sent and answered`, is `answered only`",
    ),
    (
        "other members kept",
        &[("      required: [items]\n", "      required: [items]\n      additionalProperties: {type: string}\n")],
        Some(Additive),
        "other members: was `ignored`",
    ),
    (
        "values of a map",
        &[(
            "tags: {type: object, additionalProperties: {type: string}}",
            "tags: {type: object, additionalProperties: {type: integer}}",
        )],
        Some(Breaking),
        "the member `tags`",
    ),
    // Listed values.
    (
        "value added",
        &[("enum: [bear, lion, seal]", "enum: [bear, lion, seal, wolf]")],
        Some(Additive),
        "the value `\"wolf\"` is added",
    ),
    (
        "value removed",
        &[("enum: [bear, lion, seal]", "enum: [bear, seal]")],
        Some(Breaking),
        "the value `\"lion\"` is removed",
    ),
    (
        "values in another order",
        &[("enum: [bear, lion, seal]", "enum: [seal, bear, lion]")],
        Some(WireOnly),
        "its values stand in another order",
    ),
    (
        "values listed no more",
        &[("      type: string\n      enum: [bear, lion, seal]\n", "      type: string\n")],
        Some(Breaking),
        "was `listed values`, is `a value with a name`",
    ),
    // Types.
    (
        "type added",
        &[("    Keeper:\n", "    Cage:\n      type: object\n      properties: {size: {type: integer}}\n    Keeper:\n")],
        Some(Additive),
        "type `Cage`: it is added",
    ),
    (
        "type renamed",
        &[
            ("    Problem:\n", "    Fault:\n"),
            (
                "        '404':\n          description: There are none.\n          content:\n            application/json: {schema: {$ref: '#/components/schemas/Problem'}}\n",
                "        '404':\n          description: There are none.\n          content:\n            application/json: {schema: {$ref: '#/components/schemas/Fault'}}\n",
            ),
        ],
        Some(Breaking),
        "type `Problem`: it is called `Fault` now",
    ),
    (
        "type described",
        &[("description: What it eats.", "description: What it likes.")],
        Some(DocsOnly),
        "described otherwise: 2 types: `Animal`, `Food`",
    ),
    (
        "alternative added",
        &[
            (
                "        - $ref: '#/components/schemas/Hay'\n",
                "        - $ref: '#/components/schemas/Hay'\n        - $ref: '#/components/schemas/Keeper'\n",
            ),
            (
                "hay: '#/components/schemas/Hay'}",
                "hay: '#/components/schemas/Hay', keeper: '#/components/schemas/Keeper'}",
            ),
        ],
        Some(Additive),
        "the alternative `Keeper` is added",
    ),
    (
        "alternative removed",
        &[
            ("        - $ref: '#/components/schemas/Hay'\n", "        - $ref: '#/components/schemas/Keeper'\n"),
            ("hay: '#/components/schemas/Hay'}", "hay: '#/components/schemas/Keeper'}"),
        ],
        Some(Breaking),
        "the alternative `Hay` is removed",
    ),
    (
        "alternative by another tag",
        &[("{meat: '#/components/schemas/Meat'", "{flesh: '#/components/schemas/Meat'")],
        Some(Breaking),
        "the alternative `Meat` was `type = meat`, is `type = flesh`",
    ),
    (
        "alternative by one more tag",
        &[(
            "{meat: '#/components/schemas/Meat'",
            "{meat: '#/components/schemas/Meat', flesh: '#/components/schemas/Meat'",
        )],
        Some(WireOnly),
        "is `type = flesh, meat`",
    ),
];
