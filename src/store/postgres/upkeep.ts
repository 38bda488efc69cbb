/** Functions that forget and hand over history; each holds the counter of the one partition it works in, as a commit does. */
export const UPKEEP = `
create function sweep(p_part int, p_nums bigint[], p_before bigint, p_keep int, p_limit int, out changes int, out records int)
language plpgsql as $sweep$
declare
  v_num bigint; v_edge record; v_first bigint; v_forked bigint; v_entity record; v_count int; v_floor bigint := 0; v_last bigint;
begin
  changes := 0;
  records := 0;
  perform seq from counter where part = p_part for update;
  foreach v_num in array p_nums loop
    select e.revision, e.floor into v_entity from entity e where e.part = p_part and e.num = v_num;
    select l.revision into v_first from log l where l.part = p_part and l.num = v_num order by l.revision limit 1;
    select min(f.origin_seq) into v_forked from generate_series(0, (select count(*) from counter) - 1) as p(part)
      join entity f on f.part = p.part and f.origin = v_num;
    select l.seq, l.revision into v_edge from log l where l.part = p_part and l.num = v_num
      and l.revision <= least(v_entity.revision - p_keep, v_first + p_limit) and l.at < p_before and l.seq <= coalesce(v_forked, l.seq)
      order by l.revision desc limit 1;
    continue when not found or v_edge.seq <= v_entity.floor;
    delete from change h where h.part = p_part and h.num = v_num and h.until <= v_edge.seq;
    get diagnostics v_count = row_count;
    changes := changes + v_count;
    select max(l.seq) into v_last from log l where l.part = p_part and l.num = v_num and l.revision < v_edge.revision;
    delete from log l where l.part = p_part and l.num = v_num and l.revision < v_edge.revision;
    get diagnostics v_count = row_count;
    records := records + v_count;
    v_floor := greatest(v_floor, v_last);
    update entity e set floor = v_edge.seq where e.part = p_part and e.num = v_num;
  end loop;
  update counter set floor = greatest(floor, v_floor) where part = p_part;
end $sweep$;

create function adopt(p_part int, p_num bigint, p_keys text[], p_subjects text[], p_segments bytea[], p_last boolean) returns void
language plpgsql as $adopt$
declare
  v_fork record; v_first bigint; v_end bigint; i int;
begin
  perform seq from counter where part = p_part for update;
  select e.born, e.floor, e.origin_until into v_fork from entity e where e.part = p_part and e.num = p_num;
  if not found then return; end if;
  for i in 1 .. coalesce(array_length(p_keys, 1), 0) loop
    select h.seq into v_first from change h where h.part = p_part and h.num = p_num and h.key = p_keys[i] order by h.seq limit 1;
    if not found then
      select e.seq into v_first from entry e where e.part = p_part and e.num = p_num and e.key = p_keys[i];
    end if;
    v_end := least(v_first, v_fork.origin_until);
    continue when v_first = v_fork.born or v_end <= v_fork.floor;
    if v_end is null then
      insert into entry values (p_part, p_num, p_keys[i], v_fork.born, 0, 0, p_subjects[i], p_segments[i]);
    else
      insert into change values (p_part, p_num, p_keys[i], v_fork.born, v_end, 0, p_subjects[i], p_segments[i]);
    end if;
  end loop;
  if p_last then
    update entity e set origin = null, origin_seq = null, origin_until = null where e.part = p_part and e.num = p_num;
    delete from entry e where e.part = p_part and e.num = p_num and e.segment is null;
  end if;
end $adopt$`
