//! What only resources of the REST side have: links beside a carrier, and changes to a document.
//!
//! From the REST descriptions of 2023 and 2026.

use super::role::RoleEntity;
use super::user::User;
use crate::model::{
    Bytes, Field, Namespace, Object, ObjectType, Shape, Slot, Tags, Value, View, carrier,
    enumeration,
};

carrier! {
    /// Where a resource is to be found.
    Links {
        /// Address of the resource itself.
        own "Self": Option<String>,
        /// Address of the list that it is in.
        archive "Archive": Option<String>,
    }
}

carrier! {
    /// A change to a document. It comes as the whole body of a request, in the notation that the
    /// media type names: a JSON Patch (RFC 6902) or a merge patch (RFC 7396).
    Patch {
        /// What the document is.
        notation "Notation": PatchNotation,
        /// The body, which is JSON.
        document "Document": Bytes,
    }
}

enumeration! {
    /// Ways to say what is to be changed in a document.
    PatchNotation {
        /// RFC 7396: the document with nothing but what changes.
        MergePatch = 0,
        /// RFC 6902: a list of operations.
        JsonPatch = 1,
    }
}

/// A carrier with its links behind it.
macro_rules! with_links {
    ($(#[doc = $doc:literal])+ $name:ident: $entity:ident) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            /// The carrier, whose members are those of this one.
            pub entity: $entity,
            /// Where it is to be found.
            pub links: Option<Links>,
        }

        impl $name {
            const MEMBERS: usize = $entity::TYPE.fields.len();

            /// The members as they are printed: those of the base type behind the others.
            const FIELDS: [Field; Self::MEMBERS + 1] = {
                let links = Field::of::<Option<Links>>("_Links", "Where it is to be found.");
                let mut fields = [links; Self::MEMBERS + 1];
                let mut index = 0;
                while index < Self::MEMBERS {
                    fields[index] = $entity::TYPE.fields[Self::of_entity(index)];
                    index += 1;
                }
                fields
            };

            /// The descriptor.
            pub const TYPE: &'static ObjectType = {
                static FIELDS: [Field; $name::MEMBERS + 1] = $name::FIELDS;
                static TYPE: ObjectType = ObjectType {
                    name: stringify!($name),
                    namespace: Namespace::Services88,
                    fields: &FIELDS,
                    inherited: 0,
                    value_type: false,
                    tags: Tags::NONE,
                    doc: concat!($($doc, "\n"),+),
                };
                &TYPE
            };

            const fn of_entity(index: usize) -> usize {
                (index + $entity::TYPE.inherited) % Self::MEMBERS
            }
        }

        impl Object for $name {
            fn object_type(&self) -> &'static ObjectType {
                Self::TYPE
            }
            fn field(&self, index: usize) -> View<'_> {
                match index == Self::MEMBERS {
                    true => self.links.view(),
                    false => self.entity.field(Self::of_entity(index)),
                }
            }
            fn field_mut(&mut self, index: usize) -> Slot<'_> {
                match index == Self::MEMBERS {
                    true => self.links.slot(),
                    false => self.entity.field_mut(Self::of_entity(index)),
                }
            }
        }

        impl Value for $name {
            const SHAPE: Shape = Shape::Object(|| Self::TYPE);
            fn view(&self) -> View<'_> {
                View::Object(self)
            }
            fn slot(&mut self) -> Slot<'_> {
                Slot::Object(self)
            }
        }
    };
}

with_links! {
    /// A user as a resource.
    UserWithLinks: User
}

with_links! {
    /// A role as a resource.
    RoleEntityWithLinks: RoleEntity
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stand_behind_all_members_of_the_carrier() {
        let names: Vec<_> = UserWithLinks::TYPE
            .fields
            .iter()
            .map(|it| it.name)
            .collect();
        assert_eq!(names.len(), User::TYPE.fields.len() + 1);
        assert_eq!(names[0], "AssociateId");
        assert_eq!(
            names[names.len() - 3..],
            ["TableRight", "FieldProperties", "_Links"]
        );
        let mut user = UserWithLinks::default();
        if let Slot::Int(id) = user.field_mut(0) {
            *id = 7;
        }
        assert_eq!(user.entity.associate_id, 7);
        assert!(matches!(user.field(0), View::Int(7)));
        assert!(matches!(user.field(names.len() - 1), View::Null));
    }
}
