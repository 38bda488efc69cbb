import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { MachineState, StateKind } from '../api/machine.ts'
import { around, type StateRow, stateRows } from './state-rows.ts'

interface Props {
  readonly root: MachineState
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
  /** Ids of active states; they say so. */
  readonly active?: ReadonlySet<string>
}

/** The states as a tree, by the keys of the ARIA Authoring Practices. What is chosen here is shown in the diagram. */
export function MachineTree({ root, chosen, onChoose, active }: Props) {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set())
  const rows = useMemo(() => stateRows(root, folded), [root, folded])
  const at = rows.findIndex(({ state }) => state.id === chosen)
  const fold = (id: string, open: boolean) => {
    setFolded((before) => (open ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id])))
  }
  const choose = (row: number) => {
    const { state } = rows[row] ?? {}
    if (state) onChoose(state.id)
  }
  useUnfolded(root, chosen, setFolded)
  const press = treeKeys(rows, at, choose, fold)
  return (
    <div
      className="machine-tree scroll"
      role="tree"
      aria-label="States"
      tabIndex={0}
      aria-activedescendant={at === -1 ? undefined : `state-${at}`}
      onKeyDown={press}
    >
      {rows.map((row, index) => (
        <TreeRow
          key={row.state.id}
          row={row}
          index={index}
          chosen={index === at}
          alive={active?.has(row.state.id) ?? false}
          onChoose={choose}
          onFold={fold}
        />
      ))}
    </div>
  )
}

interface RowProps {
  readonly row: StateRow
  readonly index: number
  readonly chosen: boolean
  readonly alive: boolean
  readonly onChoose: (index: number) => void
  readonly onFold: (id: string, open: boolean) => void
}

const kindWords: Partial<Readonly<Record<StateKind, string>>> = {
  parallel: 'parallel',
  final: 'final',
  shallow: 'history',
  deep: 'deep history',
}

function TreeRow({ row, index, chosen, alive, onChoose, onFold }: RowProps) {
  const { state, level, place, siblings, open } = row
  const element = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (chosen) element.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <div
      ref={element}
      id={`state-${index}`}
      role="treeitem"
      aria-level={level}
      aria-posinset={place}
      aria-setsize={siblings}
      aria-expanded={open}
      aria-selected={chosen}
      data-alive={alive || undefined}
      style={{ paddingLeft: 8 + (level - 1) * 16 }}
      onClick={() => onChoose(index)}
    >
      <i aria-hidden onClick={() => open !== undefined && onFold(state.id, !open)}>
        {open === undefined ? '' : open ? '▾' : '▸'}
      </i>
      <span className="cut">{state.label}</span>
      {alive && <span className="hidden">active</span>}
      {kindWords[state.kind] && <small>{kindWords[state.kind]}</small>}
    </div>
  )
}

function treeKeys(
  rows: readonly StateRow[],
  at: number,
  choose: (row: number) => void,
  fold: (id: string, open: boolean) => void,
) {
  const row = rows[at]
  const moves: Readonly<Record<string, () => void>> = {
    ArrowDown: () => choose(Math.min(rows.length - 1, at + 1)),
    ArrowUp: () => choose(Math.max(0, at - 1)),
    Home: () => choose(0),
    End: () => choose(rows.length - 1),
    ArrowRight: () => (row?.open === false ? fold(row.state.id, true) : row?.open && choose(at + 1)),
    ArrowLeft: () => (row?.open ? fold(row.state.id, false) : row && choose(Math.max(0, row.parent))),
    Enter: () => row?.open !== undefined && fold(row.state.id, !row.open),
  }
  return (event: KeyboardEvent) => {
    const move = moves[event.key]
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    move()
  }
}

/** Chosen in the diagram or by an address, a state must not stay hidden in a folded one. */
function useUnfolded(
  root: MachineState,
  chosen: string | undefined,
  setFolded: (change: (before: ReadonlySet<string>) => ReadonlySet<string>) => void,
): void {
  useEffect(() => {
    if (chosen === undefined) return
    const outer = new Set(around(root, chosen))
    setFolded((before) => ([...before].some((id) => outer.has(id)) ? before.difference(outer) : before))
  }, [root, chosen, setFolded])
}
