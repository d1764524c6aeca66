-- How tenants share the slots of a worker (docs/decisions/0018-shares-of-the-worker.md).

create function sms_private.slots_for(free int, held int)
returns int
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  -- One more only while the tenant holds less than nine times as many as are free; so many times, one by one.
  return greatest(0, (9 * free + 9 - held) / 10);
end
$$;
comment on function sms_private.slots_for is
  'How many more of a worker''s free slots a tenant may take that holds so many. A lone tenant gets nine of ten; a tenant that '
  'holds none gets the last one.';
