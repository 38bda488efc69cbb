import { Lightbulb } from 'lucide-react'
import { SaidText } from './said-text.tsx'

/** What a model thought before it spoke: folded, its beginning in the line. */
export function Reasoning({ text }: { readonly text: string }) {
  return (
    <details className="folded">
      <summary>
        <Lightbulb size={13} aria-hidden />
        <span>Reasoning</span>
        <span className="dim cut">{text.slice(0, 200)}</span>
      </summary>
      <SaidText text={text} />
    </details>
  )
}
