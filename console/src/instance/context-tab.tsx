import { Copy } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { InstanceMoment } from '../api/instance.ts'
import { StateTree } from '../session/state-tree.tsx'
import { useFolds } from '../session/use-folds.ts'
import { copy } from '../shell/say.tsx'
import { mergedTree, treeOf } from '../value/tree.ts'
import { useInstanceAt } from './use-instance.ts'

interface Props {
  readonly shown: InstanceMoment
  readonly at: number
}

/** What the machine knows, laid over what it knew one revision before. */
export default function ContextTab({ shown, at }: Props) {
  const [chosenId, setChosenId] = useState<string>()
  const folds = useFolds()
  const before = useInstanceAt(shown.id, at - 1)
  const old = at > 1 && !before.isPlaceholderData ? before.data?.context : undefined
  const { context } = shown
  const tree = useMemo(() => (old === undefined ? treeOf(context) : mergedTree(old, context)), [context, old])
  const text = JSON.stringify(context, null, 2)
  return (
    <section className="state-main" aria-label={`Context at v${at}`}>
      <div className="bar" role="toolbar" aria-label="Context">
        <h2>
          Context v{at} {at > 1 && <span className="dim">vs v{at - 1}</span>}
        </h2>
        <span className="tools">
          <button type="button" className="button" onClick={() => void copy(text, `the context at v${at} as JSON`)}>
            <Copy size={14} aria-hidden />
            <span>Copy JSON</span>
          </button>
        </span>
      </div>
      <StateTree
        root={tree}
        view={{ ...folds, search: '', changesOnly: false }}
        invalid={nothing}
        chosenId={chosenId}
        onChoose={setChosenId}
      />
    </section>
  )
}

const nothing: ReadonlyMap<string, string> = new Map()
