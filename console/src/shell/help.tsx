import { Dialog } from './dialog.tsx'

const keys: readonly (readonly [string, string])[] = [
  ['Ctrl K', 'Jump to a page, a session, a run, an approval, a statechart or an action'],
  ['?', 'This help'],
  ['g o, g a, g s', 'Overview, Approvals, Sessions'],
  ['g c, g r', 'Statecharts, Runs'],
  ['/', 'Filter or search on this page'],
  ['↑ ↓', 'Previous, next row'],
  ['Enter', 'Open the row, or open and fold a value or a long text'],
  ['← →', 'On a session: one revision back, forward. In the tree: fold, open'],
  ['+ - 0', 'On a diagram: nearer, farther, all of it; the arrow keys move it'],
  ['Home End', 'First revision, now'],
  ['Space', 'Play the revisions, or stop'],
  ['c, p, e', 'In the tree: copy the value, copy the path, edit'],
  ['Esc', 'Close, or back to now'],
]

export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog label="Keyboard help" onClose={onClose}>
      <form method="dialog">
        <h2>Keyboard</h2>
        <dl className="keys">
          {keys.map(([key, what]) => (
            <KeyRow key={key} name={key} what={what} />
          ))}
        </dl>
        <div className="actions">
          <button type="submit" className="button">
            Close
          </button>
        </div>
      </form>
    </Dialog>
  )
}

function KeyRow({ name, what }: { readonly name: string; readonly what: string }) {
  return (
    <>
      <dt>
        <kbd>{name}</kbd>
      </dt>
      <dd>{what}</dd>
    </>
  )
}
