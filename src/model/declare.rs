//! The declarations of the contract: six macros that emit plain structs and enumerations,
//! their descriptors and their accessors. No macro here looks into its tokens more than once.

/// Declares carriers and other structures.
///
/// `Name: Carrier { … }` has the two members of the base type in front, `Name { … }` has not.
/// A member is `rust_name "WireName": Type,`; its type says the rest, see [`Value`]. One that the
/// REST side calls otherwise is `rust_name "WireName" as "OtherName": Type,`.
///
/// [`Value`]: crate::model::Value
macro_rules! carrier {
    ($(#[doc = $doc:literal])+ $name:ident: Carrier { $($body:tt)* }) => {
        $crate::model::declare::structure! {
            { $(#[doc = $doc])+ $name, Services88, 2, false }
            /// What the caller may do with the row; nil when not told.
            table_right "TableRight": Option<$crate::contract::rights::TableRight>,
            /// What the caller may do with members, by member name, where that is not what the
            /// right on the row says; nil when not told.
            field_properties "FieldProperties":
                Option<$crate::contract::rights::FieldPropertyDictionary>,
            $($body)*
        }
        $crate::model::declare::holdable!($name);
    };
    ($(#[doc = $doc:literal])+ $name:ident { $($body:tt)* }) => {
        $crate::model::declare::structure! {
            { $(#[doc = $doc])+ $name, Services88, 0, false } $($body)*
        }
        $crate::model::declare::holdable!($name);
    };
    // A data contract of another namespace, this many of its members in the base type.
    ($(#[doc = $doc:literal])+ $name:ident in $namespace:ident, base $inherited:literal { $($body:tt)* }) => {
        $crate::model::declare::structure! {
            { $(#[doc = $doc])+ $name, $namespace, $inherited, false } $($body)*
        }
        $crate::model::declare::holdable!($name);
    };
    // A .NET structure of another namespace: never nil, all members required.
    ($(#[doc = $doc:literal])+ value $name:ident in $namespace:ident { $($body:tt)* }) => {
        $crate::model::declare::structure! {
            { $(#[doc = $doc])+ $name, $namespace, 0, true } $($body)*
        }
        $crate::model::declare::holdable!($name);
    };
}

/// The struct behind `carrier!` and the requests of `operations!`.
macro_rules! structure {
    (
        { $(#[doc = $doc:literal])+ $name:ident, $namespace:ident, $inherited:literal, $value:literal }
        $($(#[doc = $field_doc:literal])* $field:ident $wire:literal $(as $rest:literal)?: $type:ty,)*
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $($(#[doc = $field_doc])* pub $field: $type,)*
        }

        impl $name {
            /// The descriptor.
            pub const TYPE: &'static $crate::model::ObjectType = {
                static TYPE: $crate::model::ObjectType = $crate::model::ObjectType {
                    name: stringify!($name),
                    namespace: $crate::model::Namespace::$namespace,
                    fields: &[$($crate::model::Field::of::<$type>($wire, concat!($($field_doc, "\n"),*))
                        $(.known_to_rest_as($rest))?,)*],
                    inherited: $inherited,
                    value_type: $value,
                    tags: $crate::model::Tags {
                        filled: concat!($("<", $wire, "></", $wire, ">"),*),
                        empty: concat!($("<", $wire, "/>"),*),
                        nil: concat!($("<", $wire, " i:nil=\"true\"/>"),*),
                    },
                    doc: concat!($($doc, "\n"),+),
                };
                &TYPE
            };
        }

        impl $crate::model::Object for $name {
            fn object_type(&self) -> &'static $crate::model::ObjectType {
                Self::TYPE
            }
            fn field(&self, index: usize) -> $crate::model::View<'_> {
                const FIELDS: &[fn(&$name) -> $crate::model::View<'_>] =
                    &[$(|this| $crate::model::Value::view(&this.$field),)*];
                FIELDS[index](self)
            }
            fn field_mut(&mut self, index: usize) -> $crate::model::Slot<'_> {
                const FIELDS: &[fn(&mut $name) -> $crate::model::Slot<'_>] =
                    &[$(|this| $crate::model::Value::slot(&mut this.$field),)*];
                FIELDS[index](self)
            }
        }
    };
}

/// Makes a structure something that a field can hold.
macro_rules! holdable {
    ($name:ident) => {
        impl $crate::model::Value for $name {
            const SHAPE: $crate::model::Shape = $crate::model::Shape::Object(|| Self::TYPE);
            fn view(&self) -> $crate::model::View<'_> {
                $crate::model::View::Object(self)
            }
            fn slot(&mut self) -> $crate::model::Slot<'_> {
                $crate::model::Slot::Object(self)
            }
        }
    };
}

/// Declares a response message that has more members than the one called `Response`, and which
/// several operations may share.
macro_rules! message {
    ($(#[doc = $doc:literal])+ $name:ident { $($body:tt)* }) => {
        $crate::model::declare::structure! {
            { $(#[doc = $doc])+ $name, Services88, 0, false } $($body)*
        }

        impl $crate::model::Reply for $name {
            const ELEMENT: Option<&'static str> = Some(stringify!($name));
            const FIELDS: &'static [$crate::model::Field] = $name::TYPE.fields;

            fn into_object(
                self,
                _: &'static $crate::model::Operation,
            ) -> Box<dyn $crate::model::Object> {
                Box::new(self)
            }
        }
    };
}

/// Declares a dictionary with text keys: `Name "ItemElement": ValueType;`. Entries keep the
/// order in which they came. With `shared` in front, they may be the same in many answers, see
/// [`Shared`](crate::model::Shared).
macro_rules! dictionary {
    ($(#[doc = $doc:literal])+ $name:ident $item:literal: $value:ty;) => {
        $crate::model::declare::dictionary! {
            $(#[doc = $doc])+ $name(Vec<(String, $value)>) $item: $value;
        }
    };
    ($(#[doc = $doc:literal])+ shared $name:ident $item:literal: $value:ty;) => {
        $crate::model::declare::dictionary! {
            $(#[doc = $doc])+ $name($crate::model::Shared<(String, $value)>) $item: $value;
        }
    };
    ($(#[doc = $doc:literal])+ $name:ident($entries:ty) $item:literal: $value:ty;) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name(pub $entries);

        impl $crate::model::Value for $name {
            const SHAPE: $crate::model::Shape = {
                static TYPE: $crate::model::Dictionary = $crate::model::Dictionary {
                    name: stringify!($name),
                    item: $item,
                    value: <$value as $crate::model::Value>::SHAPE,
                    doc: concat!($($doc, "\n"),+),
                };
                $crate::model::Shape::Map(&TYPE)
            };
            fn view(&self) -> $crate::model::View<'_> {
                $crate::model::View::Map(&self.0)
            }
            fn slot(&mut self) -> $crate::model::Slot<'_> {
                $crate::model::Slot::Map(&mut self.0)
            }
        }
    };
}

/// Declares an enumeration: `Name { Member = number, … }`, with `Name as short` where the
/// number type is not `int`. The first member is the default.
macro_rules! enumeration {
    ($(#[doc = $doc:literal])+ $name:ident $(as $actual:ident)? {
        $($(#[doc = $member_doc:literal])* $member:ident = $number:literal,)+
    }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[doc = $member_doc])* $member = $number,)+
        }

        impl $name {
            /// All members in schema order.
            pub const ALL: &'static [Self] = &[$(Self::$member,)+];

            /// The member with this number.
            pub fn from_number(number: i32) -> Option<Self> {
                Self::ALL.iter().copied().find(|member| *member as i32 == number)
            }

            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$member => stringify!($member),)+
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::ALL[0]
            }
        }

        impl $name {
            const TYPE: &'static $crate::model::Enumeration = {
                static TYPE: $crate::model::Enumeration = $crate::model::Enumeration {
                    name: stringify!($name),
                    members: &[$($crate::model::Member { name: stringify!($member), number: $number },)+],
                    flags: false,
                    actual_type: [$(Some(stringify!($actual)),)? None][0],
                    doc: concat!($($doc, "\n"),+),
                };
                &TYPE
            };
        }

        impl $crate::model::Value for $name {
            const SHAPE: $crate::model::Shape = $crate::model::Shape::Enum(Self::TYPE);
            fn view(&self) -> $crate::model::View<'_> {
                $crate::model::View::Enum(Self::TYPE, *self as i32)
            }
            fn slot(&mut self) -> $crate::model::Slot<'_> {
                $crate::model::Slot::Enum(Self::TYPE, self)
            }
        }

        impl $crate::model::EnumSlot for $name {
            fn set(&mut self, number: i32) -> bool {
                Self::from_number(number).map(|member| *self = member).is_some()
            }
        }
    };
}

/// Declares a set of flags: `Name { Member = bit, … }`; later members may repeat a bit as an
/// alias.
macro_rules! flags {
    ($(#[doc = $doc:literal])+ $name:ident {
        $($(#[doc = $member_doc:literal])* $member:ident $wire:literal = $bit:literal,)+
    }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name(pub i32);

        impl $name {
            $($(#[doc = $member_doc])* pub const $member: Self = Self($bit);)+

            /// Whether all bits of the other set are in this one.
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = Self;
            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        impl $name {
            const TYPE: &'static $crate::model::Enumeration = {
                static TYPE: $crate::model::Enumeration = $crate::model::Enumeration {
                    name: stringify!($name),
                    members: &[$($crate::model::Member { name: $wire, number: $bit },)+],
                    flags: true,
                    actual_type: None,
                    doc: concat!($($doc, "\n"),+),
                };
                &TYPE
            };
        }

        impl $crate::model::Value for $name {
            const SHAPE: $crate::model::Shape = $crate::model::Shape::Enum(Self::TYPE);
            fn view(&self) -> $crate::model::View<'_> {
                $crate::model::View::Enum(Self::TYPE, self.0)
            }
            fn slot(&mut self) -> $crate::model::Slot<'_> {
                $crate::model::Slot::Enum(Self::TYPE, self)
            }
        }

        impl $crate::model::EnumSlot for $name {
            fn set(&mut self, number: i32) -> bool {
                const ALL: i32 = 0 $(| $bit)+;
                let known = number & !ALL == 0;
                if known {
                    self.0 = number;
                }
                known
            }
        }
    };
}

/// Declares the operations of one service, in the order of its WSDL.
///
/// `Name { argument "Wire": Type, … } -> Reply;`, and behind the reply, where an operation
/// differs from `Operation::ORDINARY`, the fields in which it does. Every operation needs a
/// [`Handler`]; `handlers` does not compile without it.
///
/// [`Handler`]: crate::model::Handler
macro_rules! operations {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident { $($body:tt)* } -> $reply:ty $(, $setting:ident: $value:expr)*;
    )+) => {
        $(
            $crate::model::declare::structure! {
                { $(#[doc = $doc])+ $name, Services88, 0, false } $($body)*
            }

            impl $crate::model::Request for $name {
                type Reply = $reply;
                const OPERATION: &'static $crate::model::Operation = {
                    static RESPONSE: $crate::model::ObjectType =
                        $crate::model::ObjectType::response::<$reply>(concat!(stringify!($name), "Response"));
                    static OPERATION: $crate::model::Operation = $crate::model::Operation {
                        $($setting: $value,)*
                        name: stringify!($name),
                        request: $name::TYPE,
                        response: &RESPONSE,
                        new_request: || Box::new($name::default()),
                        nil_response: || $crate::model::Reply::into_object(
                            <$reply>::default(),
                            <$name as $crate::model::Request>::OPERATION,
                        ),
                        doc: concat!($($doc, "\n"),+),
                        ..ORDINARY
                    };
                    &OPERATION
                };
            }
        )+

        /// All operations of the service.
        pub static OPERATIONS: &[&$crate::model::Operation] =
            &[$(<$name as $crate::model::Request>::OPERATION,)+];

        /// The handlers of all operations, in the same order.
        pub fn handlers<C>() -> Vec<$crate::model::Handling<C>>
        where
            $($name: $crate::model::Handler<C>,)+
        {
            vec![$($crate::model::Handling::of::<$name>(),)+]
        }
    };
}

pub(crate) use {
    carrier, dictionary, enumeration, flags, holdable, message, operations, structure,
};
