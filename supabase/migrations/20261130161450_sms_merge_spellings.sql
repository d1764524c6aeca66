-- Contacts that the database had under two spellings of one telephone become one, with their history. It writes each
-- contact once, in one transaction: a text that changes a contact waits until it has ended.

select sms_private.merge_spellings();
