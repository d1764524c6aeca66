-- By hand: contacts that wrote by RCS or WhatsApp before they were stored under their telephone.

-- An opt-out of the one is an opt-out of the other.
update public.sms_contacts telephone
set opted_out_at = other.opted_out_at, opt_out_source = other.opt_out_source
from public.sms_contacts other
where other.user_id = telephone.user_id and other.opted_out_at is not null and telephone.opted_out_at is null
  and other.number <> telephone.number and sms_private.telephone_of(other.number) = telephone.number;

-- Where nobody has that telephone yet, the contact gets it. One of the two where both channels are there.
update public.sms_contacts contact set number = sms_private.telephone_of(contact.number)
where sms_private.telephone_of(contact.number) <> contact.number
  and not exists (
    select from public.sms_contacts taken
    where taken.user_id = contact.user_id and taken.number = sms_private.telephone_of(contact.number))
  and not exists (
    select from public.sms_contacts twin
    where twin.user_id = contact.user_id and twin.id < contact.id
      and sms_private.telephone_of(twin.number) = sms_private.telephone_of(contact.number));
