import { Search, SlidersHorizontal, X } from 'lucide-react'
import { useState } from 'react'
import { useSetSearch } from '../route/location.ts'
import { localInput } from '../time/instant.ts'
import { type Filter, filterNames, isFiltered, narrowedBeside } from './filter.ts'
import { ChoiceField, TextField } from './filter-field.tsx'

/** How sessions are found. Where one row does not hold all of it, what is asked less often waits behind a button. */
export function FilterBar({ filter }: { readonly filter: Filter }) {
  const [open, setOpen] = useState(false)
  const set = useSetSearch()
  const change = (name: string) => (value: string) => set({ [name]: value === '' ? null : value }, { replace: true })
  return (
    <search className="filters" data-open={open}>
      <span className="looking">
        <Search size={13} aria-hidden />
        <TextField label="Id begins with" value={filter.prefix} onChange={change('prefix')} first />
      </span>
      <span className="containing">
        <TextField label="Contains, in any value" value={filter.contains} onChange={change('contains')} />
      </span>
      <Disclosure open={open} count={narrowedBeside(filter)} onToggle={() => setOpen(!open)} />
      <div className="rest" id="more-filters">
        <Rest filter={filter} change={change} />
        {isFiltered(filter) && (
          <button
            type="button"
            className="button"
            onClick={() => set(Object.fromEntries(filterNames.map((name) => [name, null])))}
          >
            <X size={13} aria-hidden />
            Clear
          </button>
        )}
      </div>
    </search>
  )
}

interface DisclosureProps {
  readonly open: boolean
  readonly count: number
  readonly onToggle: () => void
}

/** Says how many filters hold that are not on screen. */
function Disclosure({ open, count, onToggle }: DisclosureProps) {
  return (
    <button type="button" className="button more" aria-expanded={open} aria-controls="more-filters" onClick={onToggle}>
      <SlidersHorizontal size={14} aria-hidden />
      <span>Filters</span>
      {count > 0 && (
        <b>
          {count}
          <span className="hidden"> set</span>
        </b>
      )}
    </button>
  )
}

interface RestProps {
  readonly filter: Filter
  readonly change: (name: string) => (value: string) => void
}

function Rest({ filter, change }: RestProps) {
  return (
    <>
      <ChoiceField label="Status" value={filter.status} onChange={change('status')}>
        <option value="">Any status</option>
        <option value="open">Open</option>
        <option value="idle">Idle</option>
        <option value="closed">Closed</option>
        <option value="expired">Expired</option>
      </ChoiceField>
      <TextField label="Tag" value={filter.tag} onChange={change('tag')} />
      <TextField label="User" value={filter.user} onChange={change('user')} />
      <TextField label="Definition" value={filter.definition} onChange={change('definition')} />
      <label className="before">
        <span className="dim">Jump to</span>
        <input
          type="datetime-local"
          step={1}
          className={`field ${filter.before === null ? 'dim' : ''}`}
          aria-label="Jump to sessions changed before"
          value={filter.before === null ? '' : localInput(filter.before)}
          onChange={({ target }) => change('before')(target.value === '' ? '' : new Date(target.value).toISOString())}
        />
      </label>
      <ChoiceField label="Order" value={filter.order} onChange={change('order')}>
        <option value="updated">Newest change first</option>
        <option value="id">By id</option>
      </ChoiceField>
    </>
  )
}
