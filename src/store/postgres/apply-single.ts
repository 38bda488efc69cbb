import { OUTBOX_PUT_AGAIN } from './outbox-put.ts'

/**
 * The function that stores one plain commit (plain.ts) of one entity: what most callers wait for. It has a statement for each row it writes and no
 * batch to take apart, which is what a small batch costs most. Its columns mean what they do in a plain batch; `p_pieces` are the lengths of the
 * pieces of `p_bytes`, null where there are no bytes: the event's, then the segment and the undo of each write, then one for each outbox write.
 * It answers as `apply_plain` does, or null, with nothing stored, where something is not as expected or the batch is known: then that decides.
 */
export const APPLY_SINGLE = `
create function apply_single(p_batch text, p_partitions int, p_parts int[], p_part int, p_tenant text, p_kind text, p_id text, p_expected bigint,
  p_at bigint, p_root text, p_schema text, p_keeps_schema boolean, p_expires bigint, p_keeps_expires boolean, p_commit text, p_actor text,
  p_cause text, p_source text, p_trust text, p_store text, p_names text, p_keys text[], p_runs int[], p_subjects text[], p_terms json,
  p_outbox json, p_pieces int[], p_bytes bytea) returns json language plpgsql as $apply$
declare
  v_fresh int := case p_expected when 0 then 1 else 0 end; v_seq bigint; v_entities bigint; v_num bigint; v_at bigint := p_at; v_ok boolean;
  v_bytes bytea[] := '{}'; v_offset int := 1; v_length int; v_answer json; w int; v_term record; v_write record;
begin
  if cardinality(p_parts) > 1 then
    perform from counter where part = any(p_parts) order by part for update;
  end if;
  update counter set seq = seq + 1, entities = entities + v_fresh where part = p_part returning seq, entities into v_seq, v_entities;
  v_ok := p_outbox is null or not exists (select from json_to_recordset(p_outbox) as q(op int, part int, id text, epoch bigint)
    left join lateral (select epoch, state from outbox o where o.part = q.part and o.id = q.id for update) held on true
    where q.op in (1, 2) and (held.epoch is distinct from q.epoch or held.state <> 0));
  if v_ok and v_fresh = 1 then
    v_num := v_entities * p_partitions + p_part;
    insert into entity values (p_part, v_num, p_tenant, p_kind, p_id, p_root, null, null, null, 1, v_seq, v_seq, v_seq, false, p_schema, p_at,
      p_at, p_at / 1000, p_expires) on conflict do nothing;
    v_ok := found;
  elsif v_ok then
    update entity set revision = p_expected + 1, seq = v_seq, updated = greatest(p_at, updated), recent = greatest(p_at, updated) / 1000,
      schema = case when p_keeps_schema then schema else p_schema end, expires = case when p_keeps_expires then expires else p_expires end
    where part = p_part and tenant = p_tenant and kind = p_kind and id = p_id and revision = p_expected and not deleted
    returning num, updated into v_num, v_at;
    v_ok := found;
  end if;
  if not v_ok then
    update counter set seq = seq - 1, entities = entities - v_fresh where part = p_part;
    return null;
  end if;

  foreach v_length in array p_pieces loop
    v_bytes := v_bytes || substring(p_bytes from v_offset for v_length);
    v_offset := v_offset + coalesce(v_length, 0);
  end loop;
  for i in 1 .. cardinality(p_keys) loop
    w := 2 * i;
    insert into entry values (p_part, v_num, p_keys[i], v_seq, 0, p_runs[i], p_subjects[i], v_bytes[w]) on conflict do nothing;
    if not found then
      insert into change select e.part, e.num, e.key, e.seq, v_seq,
        case when e.segment is null then 2 when v_bytes[w + 1] is null then 0 else 1 end, e.subject,
        case when e.segment is null then '' else coalesce(v_bytes[w + 1], e.segment) end
      from entry e where e.part = p_part and e.num = v_num and e.key = p_keys[i] and e.class = 0;
      update entry set seq = v_seq, class = 0, run = p_runs[i], subject = p_subjects[i], segment = v_bytes[w]
      where part = p_part and num = v_num and key = p_keys[i];
    end if;
  end loop;
  if p_terms is not null then
    for v_term in select * from json_to_recordset(p_terms) as t(name text, subject text, "values" text[]) loop
      delete from term where part = p_part and num = v_num and name = v_term.name;
      insert into term select p_part, p_tenant, p_kind, v_term.name, value, v_num, v_term.subject from unnest(v_term.values) as value;
    end loop;
  end if;
  insert into log values (p_part, v_seq, p_commit, true, v_num, p_expected + 1, v_fresh, v_at, p_actor, p_cause, p_source, p_trust, p_store,
    v_bytes[1], p_names);
  if p_outbox is not null then
    w := 2 * cardinality(p_keys) + 1;
    for v_write in select * from json_to_recordset(p_outbox) as q(op int, part int, id text, queue text, due bigint, owner text, lease bigint,
      epoch bigint, state int) loop
      w := w + 1;
      if v_write.op = 0 then
        insert into outbox values (v_write.part, v_write.id, v_num, p_tenant, p_kind, p_id, v_write.queue, 0, v_write.due, v_write.owner, v_write.lease,
          case when v_write.owner is null then 0 else 1 end, case when v_write.owner is null then 0 else 1 end, p_at, null, v_bytes[w], null)
        ${OUTBOX_PUT_AGAIN};
      else
        update outbox set owner = null, lease = null, state = case v_write.op when 1 then v_write.state when 3 then 2 else state end,
          due = case v_write.op when 2 then v_write.due else due end, result = case v_write.op when 3 then result else v_bytes[w] end,
          finished = case v_write.op when 2 then finished else p_at end
        where part = v_write.part and id = v_write.id and (v_write.op < 3 or state in (0, 3));
      end if;
    end loop;
  end if;

  v_answer := json_build_object('seq', array_fill(v_seq - 1, array[cardinality(p_parts)]), 'num', array[v_num], 'updated', array[v_at]);
  insert into applied values (p_parts[1], p_batch, v_answer);
  return v_answer;
end $apply$`
