import { ChevronsDownUp, ChevronsUpDown, Copy, Diff, Search } from 'lucide-react'
import type { Json } from '../api/json.ts'
import type { Session } from '../api/session.ts'
import { useSetSearch } from '../route/location.ts'
import { copy } from '../shell/say.tsx'
import { matchCount } from '../value/rows.ts'
import type { Node } from '../value/tree.ts'

interface Props {
  readonly session: Session
  readonly at: number
  readonly from: number
  readonly search: string
  readonly onSearch: (text: string) => void
  readonly changesOnly: boolean
  readonly onChangesOnly: (only: boolean) => void
  readonly tree: Node | undefined
  readonly state: Json | undefined
  readonly onFold: (open: boolean) => void
}

export function StateBar(props: Props) {
  const { at, search, onSearch, changesOnly, onChangesOnly, tree, state, onFold } = props
  const found = tree && search.trim() !== '' ? matchCount(tree, search) : undefined
  return (
    <div className="bar" role="toolbar" aria-label="State">
      <h2>
        State v{at} <Compare {...props} />
      </h2>
      <span className="looking">
        <Search size={13} aria-hidden />
        <input
          type="search"
          className="field"
          aria-label="Search names and values"
          placeholder="Search names and values"
          data-search=""
          spellCheck={false}
          value={search}
          onChange={(event) => onSearch(event.target.value)}
        />
        {found !== undefined && <output className="dim">{found} found</output>}
      </span>
      <span className="tools">
        <button type="button" className="button" aria-pressed={changesOnly} onClick={() => onChangesOnly(!changesOnly)}>
          <Diff size={14} aria-hidden />
          <span>Changes only</span>
        </button>
        <button type="button" className="icon-button" aria-label="Open all" onClick={() => onFold(true)}>
          <ChevronsUpDown size={15} aria-hidden />
        </button>
        <button type="button" className="icon-button" aria-label="Fold all" onClick={() => onFold(false)}>
          <ChevronsDownUp size={15} aria-hidden />
        </button>
        <button
          type="button"
          className="button"
          disabled={state === undefined}
          onClick={() => void copy(JSON.stringify(state, null, 2), `the state at v${at} as JSON`)}
        >
          <Copy size={13} aria-hidden />
          <span>Copy JSON</span>
        </button>
      </span>
    </div>
  )
}

/** Which revision the state is laid over. */
function Compare({ session, at, from }: Props) {
  const set = useSetSearch()
  const choose = (text: string) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < 0 || value > session.revision) return
    set({ from: value === at - 1 ? null : value, at: at === session.revision ? null : at }, { replace: true })
  }
  return (
    <label className="compare">
      vs v
      <input
        key={from}
        type="number"
        className="field"
        aria-label="Compare with revision, 0 for none"
        min={0}
        max={session.revision}
        defaultValue={from}
        onBlur={(event) => choose(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') choose(event.currentTarget.value)
        }}
      />
    </label>
  )
}
