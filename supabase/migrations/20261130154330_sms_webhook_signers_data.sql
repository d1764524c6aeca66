-- A previous token counts for a day from the last change of the tokens; those that are older count no more.
update sms_private.twilio_credentials
set previous_until = updated_at + interval '1 day'
where previous_token is not null and previous_until is null;
