-- By hand: what the rows that exist already become.

-- A previous token counts for a day from the last change of the tokens; those that are older count no more.
update sms_private.twilio_credentials
set previous_until = updated_at + interval '1 day'
where previous_token is not null and previous_until is null;

-- Contacts under two spellings of one telephone, or under an address of RCS or WhatsApp beside their number, become one, with their
-- history. Each contact is written once, in one transaction (some 10 s for 100,000). What writes a contact, or opens a conversation,
-- waits until it has ended; Twilio calls a webhook that took too long again.
select sms_private.merge_spellings();
update public.sms_contacts contact set number = sms_private.telephone_of(contact.number)
where sms_private.telephone_of(contact.number) <> contact.number;
