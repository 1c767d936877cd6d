//! Descriptors: constants that say what a type looks like on the wire.

use std::borrow::Cow;

/// The XML namespaces of the contract. A carrier's members are in the namespace of the type
/// that declares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// Everything that the services define themselves.
    Services88,
    /// Arrays of plain strings and numbers.
    Arrays,
    /// The basic types of the data contract serializer.
    Serialization,
    /// The one framework structure that a licence exposes, `DSAParameters`.
    Cryptography,
    /// What is sent to the portals.
    PortalModels,
    /// What the portals answer.
    PortalViews,
}

impl Namespace {
    /// The namespace name.
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Services88 => "http://www.superoffice.net/ws/crm/NetServer/Services88",
            Self::Arrays => "http://schemas.microsoft.com/2003/10/Serialization/Arrays",
            Self::Serialization => "http://schemas.microsoft.com/2003/10/Serialization/",
            Self::Cryptography => {
                "http://schemas.datacontract.org/2004/07/System.Security.Cryptography"
            }
            Self::PortalModels => {
                "http://schemas.datacontract.org/2004/07/Eclipse.WebApi.Common.Models"
            }
            Self::PortalViews => {
                "http://schemas.datacontract.org/2004/07/Eclipse.WebApi.Common.ViewModels"
            }
        }
    }
}

/// What kind of value a field, an array item or a dictionary value holds.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// `xs:boolean`
    Bool,
    /// `xs:short`
    Short,
    /// `xs:int`
    Int,
    /// `xs:string`
    Text,
    /// `xs:dateTime`
    DateTime,
    /// `xs:base64Binary`
    Bytes,
    /// One member of an enumeration, or several when it is declared with `flags!`.
    Enum(&'static Enumeration),
    /// A carrier. A function, because a carrier may hold others of its own type.
    Object(fn() -> &'static ObjectType),
    /// An array; the shape is that of its items.
    List(&'static Shape),
    /// A dictionary with text keys.
    Map(&'static Dictionary),
}

impl Shape {
    /// Whether a value of this shape is written as text, without elements.
    pub fn is_plain(self) -> bool {
        !matches!(self, Self::Object(_) | Self::List(_) | Self::Map(_))
    }

    /// Whether the schema lets an array item or dictionary value of this shape be nil: the
    /// reference types of .NET may, its value types may not.
    pub fn is_reference(self) -> bool {
        match self {
            Self::Bool | Self::Short | Self::Int | Self::DateTime | Self::Enum(_) => false,
            Self::Text | Self::Bytes | Self::List(_) | Self::Map(_) => true,
            Self::Object(object) => !object().value_type,
        }
    }

    /// The namespace of an array of this shape and of the array's item elements.
    pub fn array_namespace(self) -> Namespace {
        match self {
            Self::Object(object) => object().namespace,
            Self::Enum(_) | Self::Map(_) => Namespace::Services88,
            Self::List(item) => item.array_namespace(),
            Self::Bool | Self::Short | Self::Int | Self::Text | Self::DateTime | Self::Bytes => {
                Namespace::Arrays
            }
        }
    }

    /// The name that the data contract gives this shape: `int`, `User`, `ArrayOfUser`. Array
    /// items are elements of this name.
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::Bool => Cow::Borrowed("boolean"),
            Self::Short => Cow::Borrowed("short"),
            Self::Int => Cow::Borrowed("int"),
            Self::Text => Cow::Borrowed("string"),
            Self::DateTime => Cow::Borrowed("dateTime"),
            Self::Bytes => Cow::Borrowed("base64Binary"),
            Self::Enum(enumeration) => Cow::Borrowed(enumeration.name),
            Self::Object(object) => Cow::Borrowed(object().name),
            Self::Map(dictionary) => Cow::Borrowed(dictionary.name),
            Self::List(item) => Cow::Owned(format!("ArrayOf{}", item.name())),
        }
    }
}

/// A carrier, or the content of a request or response element.
#[derive(Debug)]
pub struct ObjectType {
    /// Type name, and the name of the global element of that type.
    pub name: &'static str,
    /// Namespace of the type and of its members.
    pub namespace: Namespace,
    /// All members in wire order, those of the base type first.
    pub fields: &'static [Field],
    /// How many of `fields` belong to the base type: 2 where that is `Carrier`.
    pub inherited: usize,
    /// A .NET structure: never nil, all members required.
    pub value_type: bool,
    /// The tags of its members.
    pub tags: Tags,
    /// What it is, for people.
    pub doc: &'static str,
}

/// The tags of all members in their order, without prefixes: put together by the compiler, so
/// that nobody has to do it message by message. All are empty where that has not been done.
#[derive(Debug)]
pub struct Tags {
    /// `<A></A><B></B>`
    pub filled: &'static str,
    /// `<A/><B/>`
    pub empty: &'static str,
    /// `<A i:nil="true"/><B i:nil="true"/>`, where `i` means XML Schema instance.
    pub nil: &'static str,
}

impl Tags {
    /// None have been put together.
    pub const NONE: Self = Self {
        filled: "",
        empty: "",
        nil: "",
    };
}

impl ObjectType {
    /// The indices of the members, those of the base type last, as outside of SOAP.
    pub fn base_last(&self) -> impl Iterator<Item = usize> + use<> {
        (self.inherited..self.fields.len()).chain(0..self.inherited)
    }
}

/// A member of a carrier, or an argument of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Element name in SOAP.
    pub name: &'static str,
    /// Property name in JSON, and element name in the XML of REST.
    pub rest_name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// May be nil.
    pub nillable: bool,
    /// What it means, for people.
    pub doc: &'static str,
}

impl Field {
    /// Whether it says when a row was made or changed, which is told in UTC whatever zone a caller
    /// asks for.
    pub fn is_always_utc(&self) -> bool {
        matches!(self.name, "Created" | "Updated")
    }
}

/// An enumeration.
#[derive(Debug)]
pub struct Enumeration {
    /// Type name.
    pub name: &'static str,
    /// Members in schema order. Two members may share a number; the first is written.
    pub members: &'static [Member],
    /// A set of members, written as `xs:list`: names separated by single spaces.
    pub flags: bool,
    /// The number type behind it when that is not `int`: the schema says so in `ActualType`.
    pub actual_type: Option<&'static str>,
    /// What it is, for people.
    pub doc: &'static str,
}

/// A member of an enumeration.
#[derive(Debug)]
pub struct Member {
    /// Name on the wire.
    pub name: &'static str,
    /// Number in the vendor's core.
    pub number: i32,
}

impl Enumeration {
    /// The member of this name, letter case included.
    pub fn by_name(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }

    /// The first member with this number.
    pub fn by_number(&self, number: i32) -> Option<&'static Member> {
        self.members.iter().find(|member| member.number == number)
    }

    /// The members whose bits make up a set, in schema order, aliases left out.
    pub fn in_set(&self, set: i32) -> impl Iterator<Item = &'static Member> {
        let mut rest = set;
        self.members.iter().filter(move |member| {
            let hit = member.number != 0 && rest & member.number == member.number;
            if hit {
                rest &= !member.number;
            }
            hit
        })
    }

    /// The number that the position alone would give the member at `index`; the schema
    /// annotates members for which it is another.
    pub fn positional_number(&self, index: usize) -> i32 {
        let index = i32::try_from(index).unwrap_or(i32::MAX);
        if self.flags {
            1_i32.wrapping_shl(index.unsigned_abs())
        } else {
            index
        }
    }
}

/// A dictionary with text keys. Its items hold the elements `Key` and `Value`.
#[derive(Debug)]
pub struct Dictionary {
    /// Type name.
    pub name: &'static str,
    /// Element name of an item.
    pub item: &'static str,
    /// What the values hold.
    pub value: Shape,
    /// What it is for, for people.
    pub doc: &'static str,
}
