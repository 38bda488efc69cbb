/** Rows of each table that stand for what is to come. */
const ROWS = 1000

/**
 * Tells the planner what the tables will look like before there is a row in them. Functions keep the plans that they made at their first call, on
 * tables that were empty: knowing nothing, the planner takes an index that finds everything of a partition for as good as the one that finds the
 * row, and the plan would be kept until the tables are analysed, a minute and perhaps a million rows later. Analysing rows that stand for those to
 * come says how many values the columns have. Truncating takes the rows away and leaves that, and in a subtransaction, where the tables were not made,
 * it also has the planner reckon with ten pages instead of none.
 */
export function foresee(partitions: number): string {
  const part = `n % ${partitions}`
  const rows: Readonly<Record<string, string>> = {
    entity: `${part}, n, 'default', 'kind ' || n % 8, 'id ' || n, null, null, null, null, 1, n, n, n, false, null, n, n, n % 60, null`,
    entry: `${part}, n / 4, 'key ' || n, n, 0, 0, null, ''`,
    change: `${part}, n / 4, 'key ' || n, n, n + 1, 0, null, ''`,
    log: `${part}, n, 'commit ' || n, true, n / 4, n, 0, n, null, null, null, null, null, null, ''`,
    term: `${part}, 'default', 'kind ' || n % 8, 'name ' || n % 16, 'value ' || n, n / 4, null`,
    outbox: `${part}, 'id ' || n, n / 4, 'default', 'kind', 'id', 'queue ' || n % 8, n % 2, n, null, null, 0, 0, n, null, '', null`,
    idempotency: `${part}, 'default', 'key ' || n, '', '', n / 4`,
    applied: `${part}, 'batch ' || n, '{}'`,
  }
  const insert = ([table, values]: [string, string]): string =>
    `insert into ${table} select ${values} from generate_series(1, ${ROWS}) as n; analyze ${table};`
  return `${Object.entries(rows).map(insert).join('\n')}
savepoint foreseen; truncate ${Object.keys(rows).join(', ')}; release savepoint foreseen`
}
