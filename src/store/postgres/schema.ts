/** Version of the tables and functions below. A schema of a newer one is refused, an older one is migrated (migration.ts). */
export const SCHEMA_VERSION = 2

/**
 * Every key is led by `part`, the partition. Text compares by its UTF-8 bytes (`collate "C"`). A position (`seq`) counts within a
 * partition. Rows that each commit updates leave room beside them, so that an update touches no index.
 *
 * `counter` is what commits of a partition queue for: it is locked before anything is read, so that what is read is what will be
 * there when the batch is stored. `applied` remembers batches for as long as somebody may ask again after a lost answer.
 *
 * `node` alone has no partition: its rows are of processes, a few dozen at most, and belong to no entity. Nothing else refers to it.
 */
export const TABLES = `
create table meta(name text primary key, value text not null);
create table counter(part int primary key, seq bigint not null, floor bigint not null, entities bigint not null) with (fillfactor = 10);
create table applied(part int not null, batch text not null, receipts json not null, at timestamptz not null default now(),
  primary key (part, batch));
create index applied_at on applied(part, at);

create table entity(
  part int not null, num bigint not null, tenant text collate "C" not null, kind text collate "C" not null, id text collate "C" not null,
  root text collate "C", origin bigint, origin_seq bigint, origin_until bigint,
  revision bigint not null, seq bigint not null, born bigint not null, floor bigint not null, deleted boolean not null,
  schema text, created bigint not null, updated bigint not null, recent bigint not null, expires bigint,
  primary key (part, num)) with (fillfactor = 70);
create unique index entity_name on entity(part, tenant, kind, id);
create index entity_recent on entity(part, tenant, kind, recent, num);
create index entity_root on entity(part, tenant, root) where root is not null;
create index entity_expires on entity(part, expires) where expires is not null;
create index entity_origin on entity(part, origin) where origin is not null;

create table entry(
  part int not null, num bigint not null, key text collate "C" not null, seq bigint not null, class smallint not null, run int not null,
  subject text, segment bytea, primary key (part, num, key)) with (fillfactor = 70);

create table change(
  part int not null, num bigint not null, key text collate "C" not null, seq bigint not null, until bigint not null, op smallint not null,
  subject text, segment bytea not null, primary key (part, num, key, seq));

create table log(
  part int not null, seq bigint not null, "commit" text not null, last boolean not null, num bigint not null, revision bigint not null,
  op smallint not null, at bigint not null, actor text, cause text, source text, trust text, store text, event bytea, keys text not null,
  primary key (part, seq));
create unique index log_entity on log(part, num, revision);

create table term(
  part int not null, tenant text collate "C" not null, kind text collate "C" not null, name text collate "C" not null,
  value text collate "C" not null, num bigint not null, subject text, primary key (part, tenant, kind, name, value, num));
create index term_entity on term(part, num, name);

create table outbox(
  part int not null, id text collate "C" not null, num bigint not null, tenant text collate "C" not null, kind text not null, entity text not null,
  queue text collate "C" not null, state smallint not null, due bigint not null, owner text, lease bigint, epoch bigint not null,
  attempts int not null, created bigint not null, finished bigint, payload bytea not null, result bytea, primary key (part, id));
create index outbox_due on outbox(part, queue, due, id) where state = 0;
create index outbox_open on outbox(part, tenant) where state in (0, 3);
create index outbox_held on outbox(part, queue) where state = 0 and owner is not null;
create index outbox_dead on outbox(part, queue) where state = 3;
create index outbox_entity on outbox(part, num);
create index outbox_finished on outbox(part, finished) where finished is not null;

create table idempotency(
  part int not null, tenant text collate "C" not null, key text collate "C" not null, body text not null, receipt bytea not null,
  at bigint not null, primary key (part, tenant, key));
create index idempotency_at on idempotency(part, at);

create table node(
  id text primary key, name text not null, pid int not null, version text not null, address text, started bigint not null,
  state text not null, lease bigint not null, load json not null, seen timestamptz not null) with (fillfactor = 50);

alter table entry alter column segment set storage external;
alter table change alter column segment set storage external;
alter table log alter column event set storage external;
`

/** The tables by name, for whoever walks through all of them. */
export const TABLE_NAMES = ['entity', 'entry', 'change', 'log', 'term', 'outbox', 'idempotency'] as const

/** The condition in which a store that is stopped refuses to be changed: none of PostgreSQL's own. */
export const STOPPED_STATE = 'HF001'
