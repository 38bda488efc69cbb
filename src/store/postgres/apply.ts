import { BATCH_TYPE } from './batch.ts'
import { OUTBOX_PUT_AGAIN } from './outbox-put.ts'

/** The columns of a batch as variables of their own: an element of a variable is found at once, one of a field is searched for. */
const columns = BATCH_TYPE.slice(1, -1)
  .split(',')
  .map((column) => column.trim().split(' '))
  .map(([name = '', type = '']) => ({ name, type }))

const declarations = columns.map(({ name, type }) => `  ${name} ${type};`).join('\n')
const assignments = columns.map(({ name }) => `  ${name} := coalesce(d.${name}, '{}');`).join('\n')

/** Bytes of the batch at a place that two columns tell; null where they tell none. */
const bytesAt = (column: string, index: string): string =>
  `case when ${column}[${index}] > 0 then substring(p_bytes from ${column}[${index}] for ${column}_len[${index}]) end`

/**
 * The function that stores a batch. It locks the counters of the partitions it touches, in ascending order, reads what the batch is to be
 * checked against in later statements (which see what was committed while it waited), decides commit by commit over arrays, and then
 * writes each table once: a batch of 64 commits costs a dozen statements. A commit that deletes an entity is stored apart from those
 * around it, as what it takes away must be in the tables. A batch that was applied before is answered as it was then.
 */
export const APPLY = `
create type batch as ${BATCH_TYPE};

create function apply(p_batch text, p_partitions int, p_columns text, p_bytes bytea) returns json language plpgsql as $apply$
declare
  d batch := json_populate_record(null::batch, p_columns::json);
${declarations}
  -- counters, by partition + 1
  s_seq bigint[]; s_entities bigint[];
  -- the entities as they are after what has been accepted
  h_num bigint[]; h_root text[]; h_origin bigint[]; h_origin_seq bigint[]; h_until bigint[]; h_revision bigint[]; h_seq bigint[];
  h_born bigint[]; h_deleted boolean[]; h_schema text[]; h_created bigint[]; h_updated bigint[]; h_expires bigint[];
  h_new boolean[]; h_dirty boolean[]; h_poisoned boolean[];
  -- their entries (seq 0: none; src: the write of this batch that made it, 0: it is in the table), outbox rows, idempotency keys
  e_seq bigint[]; e_class int[]; e_gone boolean[]; e_src int[]; e_dirty boolean[];
  o_epoch bigint[]; o_state int[];
  i_body text[]; i_receipt bytea[];
  -- what is to be written: entities and keys touched, superseded versions, records, terms, outbox writes, idempotency keys
  d_ref int[]; d_key int[]; d_gone int[]; d_gone_seq bigint[];
  a_key int[]; a_seq bigint[]; a_until bigint[]; a_op int[]; a_undo int[]; a_src int[];
  g_part int[]; g_seq bigint[]; g_commit int[]; g_last boolean[]; g_num bigint[]; g_revision bigint[]; g_op int[]; g_at bigint[];
  g_entity int[]; g_keys text[];
  m_ref int[]; m_term int[];
  b_write int[]; b_at bigint[];
  f_commit int[];
  receipts text[]; receipt text; known json;
  c int := 1; n int; x int; w int; q int; r int; k int; o int; p int; other int;
  v_x int := 0; v_n int := 0; v_w int := 0; v_t int := 0; v_q int := 0;
  v_seq bigint; v_at bigint; v_op int; v_keys text; v_records text; v_inherits boolean; v_last boolean; v_found bigint;
  commits int;
begin
${assignments}
  commits := coalesce(array_length(c_id, 1), 0);
  for p, v_seq, v_found in select part, seq, entities from counter where part = any(parts) order by part for update loop
    s_seq[p + 1] := v_seq;
    s_entities[p + 1] := v_found;
  end loop;
  if array_length(parts, 1) > 0 then
    select a.receipts into known from applied a where a.part = parts[1] and a.batch = p_batch;
    if found then return known; end if;
  end if;

  select array_agg(z.num), array_agg(z.root), array_agg(z.origin), array_agg(z.origin_seq), array_agg(z.origin_until),
    array_agg(coalesce(z.revision, 0)), array_agg(z.seq), array_agg(z.born), array_agg(z.deleted), array_agg(z.schema),
    array_agg(z.created), array_agg(z.updated), array_agg(z.expires), array_agg(false), array_agg(false), array_agg(false)
  into h_num, h_root, h_origin, h_origin_seq, h_until, h_revision, h_seq, h_born, h_deleted, h_schema, h_created, h_updated, h_expires,
    h_new, h_dirty, h_poisoned
  from (select e.* from unnest(r_part, r_tenant, r_kind, r_id) with ordinality as named(part, tenant, kind, id, i)
    left join entity e on e.part = named.part and e.tenant = named.tenant and e.kind = named.kind and e.id = named.id order by named.i) z;

  select array_agg(coalesce(z.seq, 0)), array_agg(z.class), array_agg(z.gone), array_agg(0), array_agg(false)
  into e_seq, e_class, e_gone, e_src, e_dirty
  from (select e.seq, e.class, e.segment is null as gone from unnest(k_ref, k_key) with ordinality as named(ref, key, i)
    left join entry e on e.part = r_part[named.ref] and e.num = h_num[named.ref] and e.key = named.key order by named.i) z;

  select array_agg(z.body), array_agg(z.receipt) into i_body, i_receipt
  from (select i.body, i.receipt from unnest(i_part, i_tenant, i_key) with ordinality as named(part, tenant, key, i)
    left join idempotency i on i.part = named.part and i.tenant = named.tenant and i.key = named.key order by named.i) z;

  while c <= commits loop
    if array_length(o_id, 1) > 0 and (c = 1 or c_deletes[c - 1]) then
      select array_agg(z.epoch), array_agg(z.state) into o_epoch, o_state
      from (select found.epoch, found.state from unnest(o_part, o_id) with ordinality as named(part, id, i)
        left join lateral (select epoch, state from outbox where part = named.part and id = named.id for update) found on true
        order by named.i) z;
    end if;
    d_ref := '{}'; d_key := '{}'; d_gone := '{}'; d_gone_seq := '{}';
    a_key := '{}'; a_seq := '{}'; a_until := '{}'; a_op := '{}'; a_undo := '{}'; a_src := '{}';
    g_part := '{}'; g_seq := '{}'; g_commit := '{}'; g_last := '{}'; g_num := '{}'; g_revision := '{}'; g_op := '{}'; g_at := '{}';
    g_entity := '{}'; g_keys := '{}';
    m_ref := '{}'; m_term := '{}'; b_write := '{}'; b_at := '{}'; f_commit := '{}';

    loop
      receipt := null;
      if c_idem[c] > 0 and i_body[c_idem[c]] is not null then
        receipt := case when i_body[c_idem[c]] = c_body[c]
          then '{"replayed":"' || encode(i_receipt[c_idem[c]], 'hex') || '"}' else '{"reused":true}' end;
      end if;
      if receipt is null then
        for x in v_x + 1 .. c_expects[c] loop
          r := x_ref[x];
          if h_poisoned[r] or (x_key[x] = 0 and x_value[x] <> h_revision[r]) then
            receipt := '{"on":"entity","id":' || to_json(r_id[r]) || ',"current":' || h_revision[r] || '}';
            exit;
          elsif x_key[x] > 0 and e_seq[x_key[x]] <> x_value[x] then
            receipt := '{"on":"entry","id":' || to_json(r_id[r]) || ',"current":' || e_seq[x_key[x]] || '}';
            exit;
          end if;
        end loop;
      end if;
      if receipt is null then
        for q in v_q + 1 .. c_outbox[c] loop
          if q_op[q] = 0 then
            r := q_ref[q];
            if h_num[r] is null and not r = any(n_ref[v_n + 1 : c_entities[c]]) then
              receipt := '{"on":"entity","id":' || to_json(r_id[r]) || ',"current":0}';
              exit;
            end if;
          elsif q_op[q] < 3 then
            o := q_row[q];
            if o_epoch[o] is distinct from q_epoch[q] or o_state[o] <> 0 then
              receipt := '{"on":"effect","id":' || to_json(o_id[o]) || ',"current":' || coalesce(o_epoch[o], 0) || '}';
              exit;
            end if;
          end if;
        end loop;
      end if;

      if receipt is not null then
        for x in v_x + 1 .. c_expects[c] loop h_poisoned[x_ref[x]] := true; end loop;
        for n in v_n + 1 .. c_entities[c] loop h_poisoned[n_ref[n]] := true; end loop;
        if c_entities[c] > 0 then
          v_w := n_writes[c_entities[c]];
          v_t := n_terms[c_entities[c]];
        end if;
      else
        v_records := '';
        for n in v_n + 1 .. c_entities[c] loop
          r := n_ref[n];
          p := r_part[r] + 1;
          v_last := true;
          for other in n + 1 .. c_entities[c] loop
            if r_part[n_ref[other]] + 1 = p then v_last := false; end if;
          end loop;
          v_seq := s_seq[p] + 1;
          s_seq[p] := v_seq;
          if h_num[r] is null then
            s_entities[p] := s_entities[p] + 1;
            h_num[r] := s_entities[p] * p_partitions + p - 1;
            h_new[r] := true;
            v_at := c_at[c];
            v_op := case when n_delete[n] then 2 else 1 end;
            h_root[r] := n_root[n]; h_origin[r] := n_origin[n]; h_origin_seq[r] := n_origin_seq[n]; h_until[r] := null;
            h_born[r] := v_seq; h_deleted[r] := false; h_created[r] := v_at;
          else
            v_at := greatest(c_at[c], h_updated[r]);
            v_op := case when n_delete[n] then 2 when h_deleted[r] then 1 else 0 end;
            if v_op = 1 then
              h_deleted[r] := false;
              h_created[r] := v_at;
              if not n_keeps_root[n] then h_root[r] := n_root[n]; end if;
            end if;
          end if;
          if not n_keeps_schema[n] then h_schema[r] := n_schema[n]; end if;
          if not n_keeps_expires[n] then h_expires[r] := n_expires[n]; end if;
          h_revision[r] := h_revision[r] + 1;
          h_seq[r] := v_seq;
          h_updated[r] := v_at;
          if not h_dirty[r] then
            h_dirty[r] := true;
            d_ref := d_ref || r;
          end if;
          v_keys := '';
          v_inherits := h_origin[r] is not null and h_until[r] is null;
          if v_op = 2 then
            d_gone := d_gone || r;
            d_gone_seq := d_gone_seq || v_seq;
            h_deleted[r] := true;
            h_expires[r] := null;
            if v_inherits then h_until[r] := v_seq; end if;
            for k in 1 .. coalesce(array_length(k_ref, 1), 0) loop
              if k_ref[k] = r then e_seq[k] := 0; end if;
            end loop;
          end if;
          for w in v_w + 1 .. n_writes[n] loop
            k := w_key[w];
            if w_class[w] = 0 or (e_seq[k] > 0 and e_class[k] = 0) then v_keys := v_keys || ',' || to_json(k_key[k]); end if;
            if e_seq[k] > 0 and e_class[k] = 0 then
              a_key := a_key || k; a_seq := a_seq || e_seq[k]; a_until := a_until || v_seq; a_src := a_src || e_src[k]; a_undo := a_undo || w;
              a_op := a_op || case when e_gone[k] then 2 when w_undo[w] > 0 and w_segment[w] > 0 and w_class[w] = 0 then 1 else 0 end;
            end if;
            e_src[k] := w;
            if w_segment[w] = 0 and not v_inherits then e_seq[k] := 0; else e_seq[k] := v_seq; end if;
            e_class[k] := w_class[w];
            e_gone[k] := w_segment[w] = 0;
            if not e_dirty[k] then
              e_dirty[k] := true;
              d_key := d_key || k;
            end if;
          end loop;
          v_w := n_writes[n];
          for x in v_t + 1 .. n_terms[n] loop
            m_ref := m_ref || r;
            m_term := m_term || x;
          end loop;
          v_t := n_terms[n];
          g_part := g_part || (p - 1); g_seq := g_seq || v_seq; g_commit := g_commit || c; g_last := g_last || v_last;
          g_num := g_num || h_num[r]; g_revision := g_revision || h_revision[r]; g_op := g_op || v_op; g_at := g_at || v_at;
          g_entity := g_entity || n;
          g_keys := g_keys || case when v_keys = '' then '' else '[' || substr(v_keys, 2) || ']' end;
          v_records := v_records || ',[' || h_num[r] || ',' || v_seq || ',' || h_revision[r] || ',' || v_at || ']';
        end loop;
        for q in v_q + 1 .. c_outbox[c] loop
          b_write := b_write || q;
          b_at := b_at || c_at[c];
          o := q_row[q];
          if q_op[q] = 0 then
            o_epoch[o] := coalesce(o_epoch[o] + 1, case when q_owner[q] is null then 0 else 1 end);
            o_state[o] := 0;
          elsif q_op[q] = 1 then
            o_state[o] := q_state[q];
          elsif q_op[q] = 3 and o_state[o] in (0, 3) then
            o_state[o] := 2;
          end if;
        end loop;
        if c_idem[c] > 0 then
          f_commit := f_commit || c;
          i_body[c_idem[c]] := c_body[c];
          i_receipt[c_idem[c]] := ${bytesAt('c_receipt', 'c')};
        end if;
        receipt := '{"ok":[' || substr(v_records, 2) || ']}';
      end if;
      receipts := receipts || receipt;
      v_x := c_expects[c]; v_n := c_entities[c]; v_q := c_outbox[c];
      c := c + 1;
      exit when c > commits or c_deletes[c] or c_deletes[c - 1];
    end loop;

    for x in 1 .. coalesce(array_length(d_gone, 1), 0) loop
      r := d_gone[x];
      insert into change select e.part, e.num, e.key, e.seq, d_gone_seq[x], case when e.segment is null then 2 else 0 end, e.subject,
        coalesce(e.segment, '') from entry e where e.part = r_part[r] and e.num = h_num[r] and e.class = 0;
      delete from entry e where e.part = r_part[r] and e.num = h_num[r];
      delete from term t where t.part = r_part[r] and t.num = h_num[r];
      update outbox b set state = 2, owner = null, lease = null, finished = h_updated[r]
      where b.part = any(parts) and b.num = h_num[r] and b.state in (0, 3);
    end loop;
    if array_length(a_key, 1) > 0 then
      insert into change select e.part, e.num, e.key, e.seq, a.until, a.op, e.subject, case a.op when 0 then e.segment
        when 1 then ${bytesAt('w_undo', 'a.undo')} else '' end
      from unnest(a_key, a_until, a_op, a_undo, a_src) as a(key, until, op, undo, src)
      join entry e on e.part = r_part[k_ref[a.key]] and e.num = h_num[k_ref[a.key]] and e.key = k_key[a.key] where a.src = 0;
      insert into change select r_part[k_ref[a.key]], h_num[k_ref[a.key]], k_key[a.key], a.seq, a.until, a.op, w_subject[a.src], case a.op
        when 0 then ${bytesAt('w_segment', 'a.src')} when 1 then ${bytesAt('w_undo', 'a.undo')} else '' end
      from unnest(a_key, a_seq, a_until, a_op, a_undo, a_src) as a(key, seq, until, op, undo, src) where a.src > 0;
    end if;
    if array_length(d_key, 1) > 0 then
      delete from entry e using unnest(d_key) as touched(key) where e_seq[touched.key] = 0 and e.part = r_part[k_ref[touched.key]]
        and e.num = h_num[k_ref[touched.key]] and e.key = k_key[touched.key];
      insert into entry select r_part[k_ref[touched.key]], h_num[k_ref[touched.key]], k_key[touched.key], e_seq[touched.key],
        e_class[touched.key], w_run[e_src[touched.key]], w_subject[e_src[touched.key]], ${bytesAt('w_segment', 'e_src[touched.key]')}
      from unnest(d_key) as touched(key) where e_seq[touched.key] > 0
      on conflict (part, num, key) do update set seq = excluded.seq, class = excluded.class, run = excluded.run,
        subject = excluded.subject, segment = excluded.segment;
      foreach k in array d_key loop
        e_src[k] := 0;
        e_dirty[k] := false;
      end loop;
    end if;
    if array_length(m_term, 1) > 0 then
      delete from term t using (select distinct m.ref, t_name[m.term] as name from unnest(m_ref, m_term) as m(ref, term)) old
      where t.part = r_part[old.ref] and t.num = h_num[old.ref] and t.name = old.name;
      insert into term select r_part[t.ref], r_tenant[t.ref], r_kind[t.ref], t.name, v.value, h_num[t.ref], t_subject[t.term]
      from (select distinct on (m.ref, t_name[m.term]) m.ref, m.term, t_name[m.term] as name from unnest(m_ref, m_term) as m(ref, term)
        order by m.ref, t_name[m.term], m.term desc) t
      join unnest(v_value) with ordinality as v(value, i) on v.i > coalesce(t_values[t.term - 1], 0) and v.i <= t_values[t.term];
    end if;
    insert into log select g.part, g.seq, c_id[g.commit], g.last, g.num, g.revision, g.op, g.at, c_actor[g.commit], c_cause[g.commit],
      c_source[g.commit], c_trust[g.commit], c_store[g.commit], ${bytesAt('n_event', 'g.entity')}, g.keys
    from unnest(g_part, g_seq, g_commit, g_last, g_num, g_revision, g_op, g_at, g_entity, g_keys)
      as g(part, seq, commit, last, num, revision, op, at, entity, keys);
    insert into entity select r_part[t.ref], h_num[t.ref], r_tenant[t.ref], r_kind[t.ref], r_id[t.ref], h_root[t.ref], h_origin[t.ref],
      h_origin_seq[t.ref], h_until[t.ref], h_revision[t.ref], h_seq[t.ref], h_born[t.ref], h_born[t.ref], h_deleted[t.ref], h_schema[t.ref],
      h_created[t.ref], h_updated[t.ref], floor(h_updated[t.ref] / 1000.0), h_expires[t.ref]
    from unnest(d_ref) as t(ref) where h_new[t.ref];
    update entity e set root = h_root[t.ref], origin_until = h_until[t.ref], revision = h_revision[t.ref], seq = h_seq[t.ref],
      deleted = h_deleted[t.ref], schema = h_schema[t.ref], created = h_created[t.ref], updated = h_updated[t.ref],
      recent = floor(h_updated[t.ref] / 1000.0), expires = h_expires[t.ref]
    from unnest(d_ref) as t(ref) where not h_new[t.ref] and e.part = r_part[t.ref] and e.num = h_num[t.ref];
    foreach r in array d_ref loop
      h_new[r] := false;
      h_dirty[r] := false;
    end loop;
    for x in 1 .. coalesce(array_length(b_write, 1), 0) loop
      q := b_write[x];
      o := q_row[q];
      if q_op[q] = 0 then
        r := q_ref[q];
        insert into outbox values (o_part[o], o_id[o], h_num[r], r_tenant[r], r_kind[r], r_id[r], q_queue[q], 0, q_due[q], q_owner[q],
          q_lease[q], case when q_owner[q] is null then 0 else 1 end, case when q_owner[q] is null then 0 else 1 end, b_at[x], null,
          ${bytesAt('q_bytes', 'q')}, null)
        ${OUTBOX_PUT_AGAIN};
      elsif q_op[q] = 1 then
        update outbox set state = q_state[q], result = ${bytesAt('q_bytes', 'q')}, owner = null, lease = null, finished = b_at[x]
        where part = o_part[o] and id = o_id[o];
      elsif q_op[q] = 2 then
        update outbox set due = q_due[q], result = ${bytesAt('q_bytes', 'q')}, owner = null, lease = null
        where part = o_part[o] and id = o_id[o];
      else
        update outbox set state = 2, owner = null, lease = null, finished = b_at[x]
        where part = o_part[o] and id = o_id[o] and state in (0, 3);
      end if;
    end loop;
    insert into idempotency select i_part[c_idem[f.commit]], i_tenant[c_idem[f.commit]], i_key[c_idem[f.commit]], c_body[f.commit],
      ${bytesAt('c_receipt', 'f.commit')}, c_at[f.commit] from unnest(f_commit) as f(commit);
  end loop;

  known := '[' || array_to_string(receipts, ',') || ']';
  if array_length(parts, 1) > 0 then
    update counter set seq = s_seq[part + 1], entities = s_entities[part + 1] where part = any(parts);
    insert into applied values (parts[1], p_batch, known);
  end if;
  return known;
end $apply$`
