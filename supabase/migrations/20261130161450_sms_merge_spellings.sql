-- Contacts that the database had under two spellings of one telephone become one, with their history. It looks at each
-- contact once: 20 s for a million. Texts to and from contacts that are merged wait until it has ended.

select sms_private.merge_spellings();
