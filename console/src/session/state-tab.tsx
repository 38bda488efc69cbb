import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { Session } from '../api/session.ts'
import { useSetSearch } from '../route/location.ts'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { type Node, wayTo } from '../value/tree.ts'
import { EditDialog } from './edit-dialog.tsx'
import { Inspector } from './inspector.tsx'
import { StateBar } from './state-bar.tsx'
import { StateTree, TREE } from './state-tree.tsx'
import { useFolds } from './use-folds.ts'
import { useTree } from './use-tree.ts'

interface Props {
  readonly session: Session
  readonly at: number
  readonly from: number
  /** The value to look at, as the address names it. */
  readonly path: string | null
}

export function StateTab({ session, at, from, path }: Props) {
  const [search, setSearch] = useState('')
  const [changesOnly, setChangesOnly] = useState(false)
  const [chosenId, setChosenId] = useState<string>()
  const [editing, setEditing] = useState<Node>()
  const folds = useFolds()
  const { tree, state, error, retry } = useTree(session, at, from)
  const view = { ...folds, search: useDeferredValue(search), changesOnly }
  const invalid = useMemo(() => new Map(session.invalid.map(({ path, message }) => [path, message])), [session.invalid])
  const live = at === session.revision
  const reveal = (wanted: string) => {
    const way = tree ? wayTo(tree, wanted) : []
    const node = way.at(-1)
    if (!node) return
    folds.openWay(way)
    setSearch('')
    if (node.mark === 'same') setChangesOnly(false)
    setChosenId(node.id)
  }
  const choose = useAddressed(path, tree !== undefined, reveal, setChosenId)
  if (error)
    return (
      <div className="center">
        <Trouble error={error} onRetry={retry} />
      </div>
    )
  return (
    <div className="state">
      <section className="state-main" aria-label={`State at v${at}`}>
        <StateBar
          session={session}
          at={at}
          from={from}
          search={search}
          onSearch={setSearch}
          changesOnly={changesOnly}
          onChangesOnly={setChangesOnly}
          tree={tree}
          state={state}
          onFold={(open) => folds.foldAll(tree, open)}
        />
        {tree ? (
          <StateTree
            root={tree}
            view={view}
            invalid={live ? invalid : new Map()}
            chosenId={chosenId}
            onChoose={choose}
            {...(live && session.status !== 'closed' && session.status !== 'expired' && { onEdit: setEditing })}
          />
        ) : (
          <Bones rows={12} />
        )}
      </section>
      <Inspector
        session={session}
        at={at}
        from={from}
        tree={tree}
        onPath={(wanted) => {
          reveal(wanted)
          document.getElementById(TREE)?.focus()
        }}
      />
      {editing && <EditDialog session={session} node={editing} onClose={() => setEditing(undefined)} />}
    </div>
  )
}

/** Looks at the path in the address once the tree is there; what is chosen by hand takes its place, so that the address never lies. */
function useAddressed(
  path: string | null,
  ready: boolean,
  reveal: (path: string) => void,
  setChosenId: (id: string) => void,
): (id: string) => void {
  const set = useSetSearch()
  const latest = useRef(reveal)
  latest.current = reveal
  useEffect(() => {
    if (ready && path !== null) latest.current(path)
  }, [path, ready])
  return (id) => {
    setChosenId(id)
    if (path !== null) set({ path: null }, { replace: true })
  }
}
