/** Version of the file format below; a file of a newer one is refused, of an older one migrated (migration.ts). */
export const SCHEMA_VERSION = 2

/** Marks a SQLite file as ours (`PRAGMA application_id`): "HLDF". */
export const APPLICATION_ID = 0x484c4446

/**
 * Rowid tables: WITHOUT ROWID measured three times slower once rows hold segments. `term` holds none. One partition, so
 * no partition column.
 *
 * `change` and `log` are only appended to, and have no index: a row points at the row before it of the same key or entity,
 * and at one further back (chain.ts). An index led by the entity dirties one page per entity and commit; this halved
 * the throughput of 64 writers (docs/decisions/0002).
 */
export const SCHEMA = `
create table meta(name text primary key, value text not null) without rowid;
create table head(partition integer primary key, floor integer not null, changes integer not null);

create table entity(
  num integer primary key, tenant text not null, kind text not null, id text not null,
  root text, origin integer, origin_seq integer, origin_until integer,
  revision integer not null, seq integer not null, born integer not null, floor integer not null, deleted integer not null,
  schema text, created integer not null, updated integer not null, recent integer not null, expires integer);
create unique index entity_name on entity(tenant, kind, id);
create index entity_recent on entity(tenant, kind, recent);
create index entity_root on entity(tenant, root) where root is not null;
create index entity_expires on entity(expires) where expires is not null;
create index entity_origin on entity(origin) where origin is not null;

create table entry(
  num integer not null, key text not null, seq integer not null, class integer not null, run integer not null,
  past integer, n integer not null, subject text, segment blob);
create unique index entry_key on entry(num, key);

create table change(
  id integer primary key, num integer not null, key text not null, n integer not null, prev integer, jump integer,
  seq integer not null, until integer not null, op integer not null, subject text, segment blob not null);

create table log(
  seq integer primary key, "commit" text not null, last integer not null, num integer not null, revision integer not null,
  prev integer not null, jump integer not null,
  op integer not null, at integer not null, actor text, cause text, source text, trust text, store text, event blob,
  keys text not null, sum integer not null);

create table term(
  tenant text not null, kind text not null, name text not null, value text not null, num integer not null, subject text,
  primary key (tenant, kind, name, value, num)) without rowid;
create index term_entity on term(num, name);

create table outbox(
  id text primary key, num integer not null, queue text not null, state integer not null, due integer not null,
  owner text, lease integer, epoch integer not null, attempts integer not null, created integer not null,
  finished integer, payload blob not null, result blob);
create index outbox_due on outbox(queue, due, id) where state = 0;
create index outbox_claimed on outbox(queue) where state = 0 and owner is not null;
create index outbox_entity on outbox(num);
create index outbox_dead on outbox(id) where state = 3;
create index outbox_finished on outbox(finished) where finished is not null;

create table idempotency(
  tenant text not null, key text not null, body text not null, receipt blob not null, at integer not null);
create unique index idempotency_key on idempotency(tenant, key);
create index idempotency_at on idempotency(at);
`
