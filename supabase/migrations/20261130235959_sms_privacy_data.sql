-- By hand: opt-outs that an earlier installation left in this project when it was removed (supabase/remove.sql).
select sms_private.take_in_kept_opt_outs();
