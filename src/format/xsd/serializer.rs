//! The schema that the data contract serializer publishes with every service.

use crate::format::markup::Markup;
use crate::model::Namespace;

/// Writes the schema.
pub(super) fn write(out: &mut Markup) {
    const BASIC: &[&str] = &[
        "anyType",
        "anyURI",
        "base64Binary",
        "boolean",
        "byte",
        "dateTime",
        "decimal",
        "double",
        "float",
        "int",
        "long",
        "QName",
        "short",
        "string",
        "unsignedByte",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
    ];
    type Facets = &'static [(&'static str, &'static str)];
    const DERIVED: &[(&str, &str, Facets)] = &[
        ("char", "xs:int", &[]),
        (
            "duration",
            "xs:duration",
            &[
                (
                    "xs:pattern",
                    r"\-?P(\d*D)?(T(\d*H)?(\d*M)?(\d*(\.\d*)?S)?)?",
                ),
                ("xs:minInclusive", "-P10675199DT2H48M5.4775808S"),
                ("xs:maxInclusive", "P10675199DT2H48M5.4775807S"),
            ],
        ),
        (
            "guid",
            "xs:string",
            &[(
                "xs:pattern",
                r"[\da-fA-F]{8}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{4}-[\da-fA-F]{12}",
            )],
        ),
    ];
    const ATTRIBUTES: &[(&str, &str)] = &[
        ("FactoryType", "xs:QName"),
        ("Id", "xs:ID"),
        ("Ref", "xs:IDREF"),
    ];

    fn global(out: &mut Markup, name: &str, reference: &str) {
        let attributes = [("name", name), ("nillable", "true"), ("type", reference)];
        out.empty("xs:element", &attributes);
    }

    let attributes = [
        ("attributeFormDefault", "qualified"),
        ("elementFormDefault", "qualified"),
        ("targetNamespace", Namespace::Serialization.uri()),
    ];
    out.element("xs:schema", &attributes, |out| {
        for name in BASIC {
            global(out, name, &format!("xs:{name}"));
        }
        for (name, base, facets) in DERIVED {
            global(out, name, &format!("ser:{name}"));
            out.element("xs:simpleType", &[("name", name)], |out| {
                out.element("xs:restriction", &[("base", base)], |out| {
                    for (facet, value) in *facets {
                        out.empty(facet, &[("value", value)]);
                    }
                });
            });
        }
        for (name, reference) in ATTRIBUTES {
            out.empty("xs:attribute", &[("name", name), ("type", reference)]);
        }
    });
}
