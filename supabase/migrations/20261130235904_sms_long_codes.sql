-- What the tree cannot say: rows that exist already, and that the checks of the next migration would refuse.

update public.sms_message_events
set error_code = left(error_code, 64), message_sid = left(message_sid, 64)
where char_length(error_code) > 64 or char_length(message_sid) > 64;
