import { DatabaseSync } from 'node:sqlite'

/** Holds the write lock of a database, with something written, until it is told to let go; it never commits. */
const db = new DatabaseSync(process.argv[2] ?? '')
db.exec('begin immediate')
db.exec("insert into meta values ('never', 'committed')")
process.on('message', () => {
  db.exec('rollback')
  db.close()
  process.disconnect()
})
process.send?.('holding')
