import { OUTBOX_PUT_AGAIN } from './outbox-put.ts'
import { PLAIN_TYPE } from './plain.ts'

/** Bytes of the batch at a place that two columns tell; null where they tell none. */
const bytesAt = (column: string): string => `case when ${column} > 0 then substring(p_bytes from ${column} for ${column}_len) end`

/**
 * The function that stores a plain batch: it locks the counters, checks that everything is as the batch expects, and writes each table
 * once. Null, with nothing stored, when something is not: then `apply` decides commit by commit. What a statement would find empty is not run:
 * for a small batch the number of statements is what it costs.
 */
export const APPLY_PLAIN = `
create type plain as ${PLAIN_TYPE};

create function apply_plain(p_batch text, p_partitions int, p_columns text, p_bytes bytea) returns json language plpgsql as $apply$
declare
  d plain := json_populate_record(null::plain, p_columns::json);
  l_seq bigint[]; l_entities bigint[]; h_num bigint[]; h_updated bigint[]; v_ok boolean; v_answer json;
begin
  select array_agg(c.seq), array_agg(c.entities) into l_seq, l_entities
  from (select seq, entities from counter where part = any(d.parts) order by part for update) c;
  select a.receipts into v_answer from applied a where a.part = d.parts[1] and a.batch = p_batch;
  if found then return v_answer; end if;

  select array_agg(coalesce(z.num, (l_entities[z.slot] + z.fresh) * p_partitions + z.part)), array_agg(coalesce(z.updated, 0)),
    bool_and(coalesce(z.revision, 0) = z.expected and not (z.written and coalesce(z.deleted, false))
      and not (z.nulls and z.origin is not null and z.origin_until is null))
  into h_num, h_updated, v_ok
  from (select r.slot, r.part, r.fresh, r.expected, r.written, r.nulls, e.num, e.updated, e.revision, e.deleted, e.origin, e.origin_until
    from unnest(d.r_slot, d.r_part, d.r_tenant, d.r_kind, d.r_id, d.r_fresh, d.r_expected, d.r_written, d.r_nulls) with ordinality
      as r(slot, part, tenant, kind, id, fresh, expected, written, nulls, i)
    left join entity e on e.part = r.part and e.tenant = r.tenant and e.kind = r.kind and e.id = r.id order by r.i) z;
  if not v_ok then return null; end if;
  if d.i_part is not null and exists (select from unnest(d.i_part, d.i_tenant, d.i_key) as once(part, tenant, key)
    join idempotency i on i.part = once.part and i.tenant = once.tenant and i.key = once.key) then return null; end if;
  if d.q_part is not null and exists (select from unnest(d.q_op, d.q_part, d.q_id, d.q_epoch) as q(op, part, id, epoch)
    left join lateral (select epoch, state from outbox o where o.part = q.part and o.id = q.id for update) held on true
    where q.op in (1, 2) and (held.epoch is distinct from q.epoch or held.state <> 0)) then return null; end if;

  if d.a_ref is not null then
    insert into change select e.part, e.num, e.key, e.seq, l_seq[d.r_slot[a.ref]] + a.until,
      case when e.segment is null then 2 when a.undo > 0 then 1 else 0 end, e.subject,
      case when e.segment is null then '' when a.undo > 0 then substring(p_bytes from a.undo for a.undo_len) else e.segment end
    from unnest(d.a_ref, d.a_key, d.a_until, d.a_undo, d.a_undo_len) as a(ref, key, until, undo, undo_len)
    join entry e on e.part = d.r_part[a.ref] and e.num = h_num[a.ref] and e.key = a.key where e.class = 0;
  end if;
  if d.b_ref is not null then
    insert into change select d.r_part[b.ref], h_num[b.ref], b.key, l_seq[d.r_slot[b.ref]] + b.ordinal, l_seq[d.r_slot[b.ref]] + b.until,
      b.op, b.subject, substring(p_bytes from b.bytes for b.bytes_len)
    from unnest(d.b_ref, d.b_key, d.b_ordinal, d.b_until, d.b_op, d.b_subject, d.b_bytes, d.b_bytes_len)
      as b(ref, key, ordinal, until, op, subject, bytes, bytes_len);
  end if;
  if true = any(d.r_nulls) then
    delete from entry e using unnest(d.k_ref, d.k_key, d.k_segment) as k(ref, key, segment)
    where k.segment = 0 and e.part = d.r_part[k.ref] and e.num = h_num[k.ref] and e.key = k.key;
  end if;
  if d.k_ref is not null then
    insert into entry select d.r_part[k.ref], h_num[k.ref], k.key, l_seq[d.r_slot[k.ref]] + k.ordinal, 0, k.run, k.subject,
      substring(p_bytes from k.segment for k.segment_len)
    from unnest(d.k_ref, d.k_key, d.k_ordinal, d.k_run, d.k_subject, d.k_segment, d.k_segment_len)
      as k(ref, key, ordinal, run, subject, segment, segment_len) where k.segment > 0
    on conflict (part, num, key) do update set seq = excluded.seq, class = 0, run = excluded.run, subject = excluded.subject,
      segment = excluded.segment;
  end if;
  if d.t_ref is not null then
    delete from term t using unnest(d.t_ref, d.t_name) as old(ref, name)
    where t.part = d.r_part[old.ref] and t.num = h_num[old.ref] and t.name = old.name;
    insert into term select d.r_part[t.ref], d.r_tenant[t.ref], d.r_kind[t.ref], t.name, v.value, h_num[t.ref], t.subject
    from unnest(d.t_ref, d.t_name, d.t_subject, d.t_values) with ordinality as t(ref, name, subject, till, i)
    join unnest(d.v_value) with ordinality as v(value, i) on v.i > coalesce(d.t_values[t.i - 1], 0) and v.i <= t.till;
  end if;
  if d.g_ref is not null then
    insert into log select d.r_part[g.ref], l_seq[d.r_slot[g.ref]] + g.ordinal, g.commit, g.last, h_num[g.ref], g.revision, g.op,
      greatest(g.at, h_updated[g.ref]), g.actor, g.cause, g.source, g.trust, g.store, ${bytesAt('g.event')}, g.keys
    from unnest(d.g_ref, d.g_ordinal, d.g_commit, d.g_last, d.g_revision, d.g_op, d.g_at, d.g_actor, d.g_cause, d.g_source, d.g_trust,
      d.g_store, d.g_event, d.g_event_len, d.g_keys)
      as g(ref, ordinal, commit, last, revision, op, at, actor, cause, source, trust, store, event, event_len, keys);
    if 0 < any(d.r_fresh) then
      insert into entity select r.part, h_num[r.i], r.tenant, r.kind, r.id, r.root, r.origin, r.origin_seq, null, r.records,
        l_seq[r.slot] + r.ordinal, l_seq[r.slot] + r.born, l_seq[r.slot] + r.born, false, r.schema, r.created, r.at, floor(r.at / 1000.0), r.expires
      from unnest(d.r_slot, d.r_part, d.r_tenant, d.r_kind, d.r_id, d.r_fresh, d.r_records, d.r_born, d.r_ordinal, d.r_created, d.r_at,
        d.r_root, d.r_origin, d.r_origin_seq, d.r_schema, d.r_expires) with ordinality
        as r(slot, part, tenant, kind, id, fresh, records, born, ordinal, created, at, root, origin, origin_seq, schema, expires, i)
      where r.fresh > 0;
    end if;
    if 0 < any(d.r_expected) then
      update entity e set revision = e.revision + r.records, seq = l_seq[r.slot] + r.ordinal, updated = greatest(r.at, e.updated),
        recent = floor(greatest(r.at, e.updated) / 1000.0), schema = case when r.keeps_schema then e.schema else r.schema end,
        expires = case when r.keeps_expires then e.expires else r.expires end
      from unnest(d.r_slot, d.r_part, d.r_expected, d.r_written, d.r_records, d.r_ordinal, d.r_at, d.r_schema, d.r_keeps_schema, d.r_expires,
        d.r_keeps_expires) with ordinality
        as r(slot, part, expected, written, records, ordinal, at, schema, keeps_schema, expires, keeps_expires, i)
      where r.expected > 0 and r.written and e.part = r.part and e.num = h_num[r.i];
    end if;
  end if;
  if d.q_part is not null then
    insert into outbox select q.part, q.id, h_num[q.ref], q.tenant, q.kind, q.entity, q.queue, 0, q.due, q.owner, q.lease,
      case when q.owner is null then 0 else 1 end, case when q.owner is null then 0 else 1 end, q.at, null, ${bytesAt('q.bytes')}, null
    from unnest(d.q_op, d.q_part, d.q_id, d.q_ref, d.q_tenant, d.q_kind, d.q_entity, d.q_queue, d.q_due, d.q_owner, d.q_lease, d.q_at,
      d.q_bytes, d.q_bytes_len) as q(op, part, id, ref, tenant, kind, entity, queue, due, owner, lease, at, bytes, bytes_len)
    where q.op = 0
    ${OUTBOX_PUT_AGAIN};
    update outbox o set owner = null, lease = null,
      state = case q.op when 1 then q.state when 3 then 2 else o.state end,
      due = case q.op when 2 then q.due else o.due end,
      result = case q.op when 3 then o.result else ${bytesAt('q.bytes')} end,
      finished = case q.op when 2 then o.finished else q.at end
    from unnest(d.q_op, d.q_part, d.q_id, d.q_due, d.q_state, d.q_at, d.q_bytes, d.q_bytes_len)
      as q(op, part, id, due, state, at, bytes, bytes_len)
    where q.op > 0 and o.part = q.part and o.id = q.id and (q.op < 3 or o.state in (0, 3));
  end if;
  if d.i_part is not null then
    insert into idempotency select once.part, once.tenant, once.key, once.body, ${bytesAt('once.receipt')}, once.at
    from unnest(d.i_part, d.i_tenant, d.i_key, d.i_body, d.i_receipt, d.i_receipt_len, d.i_at)
      as once(part, tenant, key, body, receipt, receipt_len, at);
  end if;

  v_answer := json_build_object('seq', l_seq, 'num', h_num, 'updated', h_updated);
  update counter c set seq = c.seq + p.records, entities = c.entities + p.fresh
  from unnest(d.parts, d.p_records, d.p_fresh) as p(part, records, fresh) where c.part = p.part;
  insert into applied values (d.parts[1], p_batch, v_answer);
  return v_answer;
end $apply$`
