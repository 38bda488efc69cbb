import type { KeyboardEvent } from 'react'
import { useSetSearch } from '../route/location.ts'
import { type Tab, tabs } from './view.ts'

export function Tabs({ tab }: { readonly tab: Tab }) {
  const set = useSetSearch()
  const choose = (next: Tab) => set({ tab: next === 'state' ? null : next })
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const at = tabs.findIndex(([name]) => name === tab)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (!next) return
    choose(next[0])
    document.getElementById(`tab-${next[0]}`)?.focus()
  }
  return (
    <div className="tabs" role="tablist" aria-label="Views of this session">
      {tabs.map(([name, label]) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={name === tab}
          aria-controls="session-panel"
          tabIndex={name === tab ? 0 : -1}
          onClick={() => choose(name)}
          onKeyDown={press}
        >
          {label}
        </button>
      ))}
    </div>
  )
}
