/** What becomes of an outbox row that is put again: it waits anew, and whoever has claimed it is refused. */
export const OUTBOX_PUT_AGAIN = `on conflict (part, id) do update set num = excluded.num, tenant = excluded.tenant, kind = excluded.kind,
          entity = excluded.entity, queue = excluded.queue, state = 0, due = excluded.due, owner = excluded.owner, lease = excluded.lease,
          epoch = outbox.epoch + 1, attempts = excluded.attempts, created = excluded.created, finished = null, payload = excluded.payload,
          result = null`
