import { isSame, type Model, type Operation } from './history.ts'

/** The definition itself: tries every order of every choice of operations that has all answered ones in it. For a handful only. */
export function tryAll<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: readonly Operation<Input, Output>[],
): boolean {
  const unknown = history.filter(({ answer }) => answer === undefined)
  for (let choice = 0; choice < 2 ** unknown.length; choice++) {
    const happened = history.filter((each) => each.answer !== undefined || choice & (2 ** unknown.indexOf(each)))
    for (const order of orders(happened)) if (keepsTime(order) && explains(model, order)) return true
  }
  return false
}

function* orders<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  if (items.length === 0) yield []
  for (const [i, first] of items.entries()) for (const rest of orders(items.toSpliced(i, 1))) yield [first, ...rest]
}

/** Nobody stands behind somebody who was called only after he had been answered. */
function keepsTime(order: readonly Operation[]): boolean {
  return order.every((later, i) => order.slice(0, i).every(({ invoked }) => !(later.answer && later.answer.at < invoked)))
}

function explains<State, Input, Output>(model: Model<State, Input, Output>, order: readonly Operation<Input, Output>[]): boolean {
  let state = model.initial
  return order.every(({ input, answer }) => {
    const after = model.apply(state, input)
    state = after.state
    return answer === undefined || isSame(after.output, answer.output)
  })
}
