//! Users made up at random, so that what nobody thought of is saved as well.

use super::*;

/// A small generator: the same numbers for the same seed, everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        // The constants are those of Knuth's MMIX; the upper bits are the better ones.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % limit as u64).expect("small")
    }

    fn number(&mut self) -> i32 {
        [0, 1, -1, i32::MAX, i32::MIN, 578][self.below(6)]
    }

    fn is_true(&mut self) -> bool {
        self.below(2) == 0
    }

    /// Nil, empty, of the greatest length, or anything in between, of all planes of Unicode.
    fn text(&mut self, limit: usize) -> Option<String> {
        const CHARACTERS: &[char] = &[
            'a',
            'Z',
            '0',
            ' ',
            '%',
            '_',
            '\'',
            '"',
            '<',
            '&',
            ';',
            '\\',
            '\t',
            '\n',
            'å',
            'Ø',
            'ß',
            'İ',
            '\u{301}',
            '\u{200d}',
            '\u{feff}',
            '\u{fffd}',
            'ア',
            '漢',
            '😀',
            '𐍈',
            '\u{10fffd}',
        ];
        let length = match self.below(6) {
            0 => return None,
            1 => 0,
            2 => limit,
            _ => 1 + self.below(limit.min(12)),
        };
        Some(
            (0..length)
                .map(|_| CHARACTERS[self.below(CHARACTERS.len())])
                .collect(),
        )
    }

    fn fields(&mut self) -> Option<StringDictionary> {
        let entries = (0..self.below(4)).map(|number| {
            let key = self.text(40).unwrap_or_default();
            (format!("{key}{number}"), self.text(300))
        });
        Some(StringDictionary(entries.collect()))
    }

    fn person(&mut self) -> Person {
        Person {
            position: self.text(254),
            mrmrs: self.text(239),
            firstname: self.text(99),
            lastname: self.text(99),
            middle_name: self.text(99),
            title: self.text(239),
            description: self.text(2000),
            email: self.text(254),
            direct_phone: self.text(100),
            country_id: self.number(),
            retired: [0, 1, -1][self.below(3)],
            rank: [0, i16::MAX, i16::MIN][self.below(3)],
            active_interests: [0, i16::MAX, i16::MIN][self.below(3)],
            fax_phone: self.text(100),
            mobile_phone: self.text(100),
            use_person_address: self.is_true(),
            kanafname: self.text(99),
            kanalname: self.text(99),
            post1: self.text(100),
            post2: self.text(100),
            post3: self.text(100),
            email_name: self.text(100),
            active_erp_links: self.number(),
            ticket_priority_id: self.number(),
            support_language_id: self.number(),
            support_associate_id: self.number(),
            category_name: self.text(100),
            ..Person::default()
        }
    }

    /// A user whose unique texts end in its number.
    fn user(&mut self, number: usize) -> User {
        let unique = |text: Option<String>, limit: usize| {
            let mark = number.to_string();
            text.filter(|text| !text.is_empty()).map(|text| {
                let room = limit - mark.len();
                text.chars().take(room).collect::<String>() + &mark
            })
        };
        User {
            name: Some(unique(self.text(239), 239).unwrap_or(format!("n{number}"))),
            rank: [0, 1, i16::MAX, i16::MIN][self.below(4)],
            tooltip: self.text(254),
            license_owners: licenses(&[(3, "", self.is_true()), (13, "", self.is_true())]),
            role: role([2, 9, 16][self.below(3)]),
            user_group: Some(group([1, 2][self.below(2)])),
            other_groups: Some([vec![], vec![group(3)]][self.below(2)].clone()),
            person: Some(self.person()),
            deleted: self.is_true(),
            waiting_for_approval: self.is_true(),
            ej_user_id: 10_000 + i32::try_from(number).expect("small"),
            request_signature: self.text(5000),
            r#type: UserType::InternalAssociate,
            user_name: unique(self.text(254), 254),
            nick_name: Some(unique(self.text(63), 63).unwrap_or(format!("n{number}"))),
            ticket_categories: Some(vec![]),
            extra_fields: self.fields(),
            custom_fields: self.fields(),
            ..User::default()
        }
    }
}

/// What is read after a user was saved: what was sent, and what the service adds.
fn expected(sent: &User, saved: &User) -> User {
    let added = saved.person.as_ref().expect("person");
    let person = sent.person.clone().map(|person| Person {
        table_right: added.table_right.clone(),
        field_properties: added.field_properties.clone(),
        person_id: added.person_id,
        full_name: added.full_name.clone(),
        contact_id: added.contact_id,
        contact_name: added.contact_name.clone(),
        contact_department: added.contact_department.clone(),
        contact_org_nr: added.contact_org_nr.clone(),
        contact_phone: added.contact_phone.clone(),
        contact_fax: added.contact_fax.clone(),
        contact_full_name: added.contact_full_name.clone(),
        formal_name: added.formal_name.clone(),
        ..person
    });
    User {
        table_right: saved.table_right.clone(),
        field_properties: saved.field_properties.clone(),
        associate_id: saved.associate_id,
        license_owners: saved.license_owners.clone(),
        role: saved.role.clone(),
        user_group: saved.user_group.clone(),
        other_groups: saved.other_groups.clone(),
        is_person_retired: added.retired != 0,
        person,
        credentials: Some(vec![]),
        post_save_commands: Some(vec![]),
        ..sent.clone()
    }
}

/// Role, groups and the number of licences.
fn links(user: &User) -> (Option<i32>, Option<i32>, Vec<i32>, usize) {
    let role = user.role.as_ref().map(|role| role.id);
    let primary = user.user_group.as_ref().map(|group| group.id);
    (role, primary, group_ids(user), held(user).len())
}

#[test]
fn whatever_may_be_saved_comes_back_and_can_be_saved_again() {
    let office = Office::open();
    let mut dice = Dice(88);
    for number in 0..60 {
        let sent = dice.user(number);
        let saved = office.save(sent.clone()).expect("saved");
        assert_eq!(saved, expected(&sent, &saved), "user {number}");
        assert_eq!(links(&saved), links(&sent));
        assert_eq!(office.get(saved.associate_id), Some(saved.clone()));
        assert_eq!(office.save(saved.clone()).expect("saved again"), saved);

        // Another user's content replaces it all; the person stays.
        let mut other = dice.user(number);
        other.associate_id = saved.associate_id;
        let changed = office.save(other.clone()).expect("changed");
        other.person.clone_from(&saved.person);
        other.is_person_retired = saved.is_person_retired;
        assert_eq!(changed.person, saved.person);
        assert_eq!(changed, expected(&other, &changed), "user {number}");
        assert_eq!(office.get(saved.associate_id), Some(changed));
    }
}
