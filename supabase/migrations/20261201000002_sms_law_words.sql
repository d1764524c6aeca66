-- What the tree cannot say: the texts that were stored before words were read at all. The purge reads each once, newest first
-- (sms_private.read_old_words()), and not this migration, which would hold its locks as long.
insert into sms_private.old_words (read_down_to)
select sms_private.new_id() where exists (select from public.sms_messages m where m.direction = 'inbound');
