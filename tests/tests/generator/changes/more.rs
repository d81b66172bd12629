//! More changes: addresses, credentials, conventions, names and order.

use spec2crate::diff::Effect::{Additive, Breaking, DocsOnly, WireOnly};

use super::Row;

pub(super) const ROWS: &[Row] = &[
    // Operations.
    (
        "method and path moved",
        &[("  /keepers:\n    get:\n", "  /staff:\n    query:\n"), ("openapi: 3.1.0", "openapi: 3.2.0")],
        Some(WireOnly),
        "was `GET /keepers`, is `QUERY /staff`; callers compile as they are",
    ),
    (
        "method that is not repeated",
        &[("    get:\n      operationId: listKeepers", "    post:\n      operationId: listKeepers")],
        Some(WireOnly),
        "it is not repeated any more after a failure that may have reached the server",
    ),
    (
        "operations exchanged",
        &[
            ("operationId: listKeepers", "operationId: listFeedings "),
            ("operationId: listFeedings\n", "operationId: listKeepers\n"),
        ],
        Some(Breaking),
        "`listKeepers` does what another operation did: `GET /keepers` is `listFeedings` now",
    ),
    (
        "operation at an address of its own",
        &[(
            "      operationId: listKeepers\n",
            "      operationId: listKeepers\n      servers: [{url: https://staff.example}]\n",
        )],
        Some(WireOnly),
        "its address was nothing, is `https://staff.example`",
    ),
    (
        "group renamed",
        &[("tags: [Stays]", "tags: [Visits]")],
        Some(Breaking),
        "the client: the group was `stays`, is `visits`",
    ),
    // Parameters.
    (
        "path parameter renamed",
        &[
            ("  /animals/{id}:\n", "  /animals/{animal_id}:\n"),
            (
                "{name: id, in: path, required: true, schema: {type: string, minLength: 2}}",
                "{name: animal_id, in: path, required: true, schema: {type: string, minLength: 2}}",
            ),
        ],
        Some(DocsOnly),
        "the path parameter `id` is called `animal_id` now",
    ),
    (
        "path parameters in another order",
        &[("  /stays/{animal}/{keeper}:\n", "  /stays/{keeper}/{animal}:\n")],
        Some(Breaking),
        "its arguments stand in another order: was `animal, keeper`, is `keeper, animal`",
    ),
    (
        "parameters added to many",
        &[
            (
                "        - {name: trace, in: header,",
                "        - {name: lang, in: query, schema: {type: string}}\n        - {name: trace, in: header,",
            ),
            (
                "        - {name: reason,",
                "        - {name: lang, in: query, schema: {type: string}}\n        - {name: reason,",
            ),
            (
                "        - {name: page, in: query",
                "        - {name: lang, in: query, schema: {type: string}}\n        - {name: page, in: query",
            ),
        ],
        Some(Additive),
        "- 3 operations: the query parameter `lang` is added: `listAnimals`, `listFeedings`, `removeAnimal`\n",
    ),
    // Answers.
    (
        "header read another way",
        &[(
            "X-Days: {schema: {type: array, items: {type: integer}}}",
            "X-Days: {content: {application/json: {schema: {type: array, items: {type: integer}}}}}",
        )],
        Some(WireOnly),
        "a header of its answers was `X-Days Vec<i64> as it stands`, is `X-Days Vec<i64> as JSON`",
    ),
    (
        "header of another type",
        &[(
            "X-Days: {schema: {type: array, items: {type: integer}}}",
            "X-Days: {schema: {type: array, items: {type: string}}}",
        )],
        Some(Breaking),
        "a header of its answers was `X-Days Vec<i64>",
    ),
    (
        "header removed",
        &[("          headers:\n            X-Days: {schema: {type: array, items: {type: integer}}}\n", "")],
        Some(Breaking),
        "the header `X-Days` of its answers is removed; `stays::GetStayHeaders::x_days` is gone",
    ),
    (
        "header added",
        &[("            X-Days: {", "            X-Nights: {schema: {type: integer}}\n            X-Days: {")],
        Some(Additive),
        "the header `X-Nights` of its answers is added",
    ),
    (
        "answer described",
        &[("description: The stay.", "description: The whole stay.")],
        Some(DocsOnly),
        "described otherwise: operation `getStay`",
    ),
    // Conventions.
    (
        "required members may not be left out",
        &[("required = \"lenient\"", "required = \"strict\"")],
        Some(Breaking),
        "an answer that leaves a required member out is an error now",
    ),
    (
        "key of repeated requests",
        &[("header = \"Idempotency-Key\"", "header = \"X-Request\"")],
        Some(WireOnly),
        "the header that makes a POST safe to repeat was `Idempotency-Key`, is `X-Request`",
    ),
    (
        "members of an envelope",
        &[("errors = \"errors\"", "errors = \"faults\"")],
        Some(Breaking),
        "the members that an answer comes in: was `data with errors`, is `data with faults`",
    ),
    (
        "token of a page",
        &[("parameter = \"page\"", "parameter = \"cursor\"")],
        Some(WireOnly),
        "its pages are found another way: was `page takes next,",
    ),
    ("next page", &[("next = \"next\"", "next = \"after\"")], Some(WireOnly), "is `page takes after,"),
    (
        "pages no more",
        &[("[paging]\nparameter = \"page\"\nitems = \"data\"\nnext = \"next\"\n", "")],
        Some(Breaking),
        "it has no pages any more",
    ),
    (
        "items of a stream",
        &[("            application/jsonl: {schema", "            application/json-seq: {schema")],
        Some(WireOnly),
        "its stream is read another way: was `lines of JSON, Sound, which ends`, is `text sequence of JSON, Sound, which ends`",
    ),
    (
        "stream no more",
        &[("            application/jsonl: {schema", "            application/json: {schema")],
        Some(Breaking),
        "it is no stream any more",
    ),
    (
        "what an accessor reads",
        &[("[\"phone\", \"mail\"]", "[\"mail\", \"phone\"]")],
        Some(WireOnly),
        "`contact` reads was `phone, then mail`, is `mail, then phone`",
    ),
    (
        "webhook by another method",
        &[("  animalEscaped:\n    post:\n", "  animalEscaped:\n    put:\n")],
        Some(WireOnly),
        "what the API sends as `webhooks::AnimalEscaped` was `animalEscaped by POST`, is `animalEscaped by PUT`",
    ),
    (
        "webhook of another type",
        &[(
            "      requestBody:\n        content:\n          application/json: {schema: {$ref: '#/components/schemas/Keeper'}}",
            "      requestBody:\n        content:\n          application/json: {schema: {$ref: '#/components/schemas/Sound'}}",
        )],
        Some(Breaking),
        "what the API sends as `webhooks::AnimalEscaped` was `Keeper`, is `Sound`",
    ),
    // Credentials and addresses.
    (
        "credentials in another order",
        &[("security: [{token: []}, {key: []}]", "security: [{key: []}, {token: []}]")],
        Some(WireOnly),
        "was `token, or key`, is `key, or token`; the first alternative of which all credentials are set is used",
    ),
    (
        "scope needed",
        &[("security: [{login: [read]}]", "security: [{login: [read, feed]}]")],
        Some(WireOnly),
        "the scopes that it needs: `login` was `read`, is `feed, read`; the client checks no scopes: the server refuses",
    ),
    (
        "scope not needed",
        &[("security: [{login: [read]}]", "security: [{login: []}]")],
        Some(WireOnly),
        "`login` was `read`, is nothing; every token that was enough still is",
    ),
    (
        "scope added",
        &[("feed: Feeds.}", "feed: Feeds., clean: Cleans.}")],
        Some(Additive),
        "`LoginScope::Clean` is new",
    ),
    (
        "scheme renamed",
        &[
            ("    key: {type: apiKey", "    ticket: {type: apiKey"),
            ("security: [{token: []}, {key: []}]", "security: [{token: []}, {ticket: []}]"),
        ],
        Some(Breaking),
        "the security scheme `key` is removed; `AuthScheme::Key` is gone",
    ),
    (
        "scheme sent another way",
        &[("{type: apiKey, in: header, name: X-Key}", "{type: apiKey, in: query, name: key}")],
        Some(WireOnly),
        "its credentials are sent another way: was `the header X-Key`, is `the query parameter key`",
    ),
    (
        "scheme of another kind",
        &[("{type: apiKey, in: header, name: X-Key}", "{type: http, scheme: basic}")],
        Some(Breaking),
        "its credentials are sent another way: was `the header X-Key`, is `user name and password`",
    ),
    (
        "address of a login",
        &[("tokenUrl: https://zoo.example/token", "tokenUrl: https://zoo.example/tokens")],
        Some(WireOnly),
        "the security scheme `login`: its credentials come from another place",
    ),
    (
        "scheme of a login no more",
        &[(
            "      type: oauth2\n      flows:\n        authorizationCode:\n          authorizationUrl: https://zoo.example/login\n          tokenUrl: https://zoo.example/token\n          scopes: {read: Reads., feed: Feeds.}\n",
            "      type: http\n      scheme: bearer\n",
        )],
        Some(Breaking),
        "the feature `oauth2` is removed; a manifest that asks for it is refused",
    ),
    (
        "address added",
        &[(
            "  - url: https://zoo.example/v1\n",
            "  - url: https://zoo.example/v1\n  - url: https://backup.example/v1\n",
        )],
        Some(Additive),
        "the client: address 2 was nothing, is `https://backup.example/v1`",
    ),
    (
        "part of the runtime gone",
        &[("        picture: {type: string, format: byte}\n", "        picture: {type: string}\n")],
        Some(Breaking),
        "items of the runtime are gone, with `base64`; `runtime::Base64`, `runtime::Base64Error`",
    ),
    ("version of the description", &[("version: '1'", "version: '2'")], Some(DocsOnly), "was `1`, is `2`"),
    // Types.
    (
        "type renamed that is used",
        &[
            ("    Keeper:\n", "    Warden:\n"),
            (
                "type: array, items: {$ref: '#/components/schemas/Keeper'}}}",
                "type: array, items: {$ref: '#/components/schemas/Warden'}}}",
            ),
            (
                "content:\n          application/json: {schema: {$ref: '#/components/schemas/Keeper'}}",
                "content:\n          application/json: {schema: {$ref: '#/components/schemas/Warden'}}",
            ),
            ("\"Keeper.contact\"", "\"Warden.contact\""),
        ],
        Some(Breaking),
        "Changes: 1 breaking.\n\n### Breaking: callers have something to change\n\n- type `Keeper`: it is called `Warden` now",
    ),
    (
        "member renamed",
        &[
            ("        phone: {type: string}\n", "        telephone: {type: string}\n"),
            ("[\"phone\", \"mail\"]", "[\"telephone\", \"mail\"]"),
        ],
        Some(Breaking),
        "the member `phone` is removed",
    ),
    (
        "bounds of an answer",
        &[("        mail: {type: string}", "        mail: {type: string, maxLength: 80}")],
        Some(DocsOnly),
        "the bounds of the member `mail`: was nothing, is `at most 80 characters`",
    ),
    (
        "names of a map",
        &[(
            "tags: {type: object, additionalProperties",
            "tags: {type: object, propertyNames: {maxLength: 9}, additionalProperties",
        )],
        Some(DocsOnly),
        "is `each name at most 9 characters`",
    ),
    (
        "arguments of a constructor in another order",
        &[("      required: [name, kind]\n", "      required: [kind, name]\n")],
        Some(Breaking),
        "the arguments of `new` stand in another order: was `name, kind`, is `kind, name`",
    ),
    (
        "values added",
        &[("enum: [bear, lion, seal]", "enum: [bear, lion, seal, wolf, goat, hare]")],
        Some(Additive),
        "type `Kind`: 3 values are added: `\"wolf\"`, `\"goat\"`, `\"hare\"`",
    ),
    (
        "alternatives in another order",
        &[(
            "        - type: array\n          items: {type: string}\n        - type: array\n          items: {type: integer}\n",
            "        - type: array\n          items: {type: integer}\n        - type: array\n          items: {type: string}\n",
        )],
        Some(Breaking),
        "the alternative `Numbers` is tried before `Texts` now; a value that both can take is read as the first",
    ),
    (
        "alternative added in front",
        &[(
            "      anyOf:\n        - type: array\n",
            "      anyOf:\n        - type: array\n          items: {type: boolean}\n        - type: array\n",
        )],
        Some(Breaking),
        "it is tried before `Texts` and can take its values",
    ),
    (
        "alternative added behind",
        &[(
            "          items: {type: integer}\n    Feedings:",
            "          items: {type: integer}\n        - type: boolean\n    Feedings:",
        )],
        Some(Additive),
        "the alternative `Bool` is added",
    ),
];
