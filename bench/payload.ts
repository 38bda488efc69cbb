/** Text that does not compress to nothing, the same for the same seed. */
export function prose(length: number, seed: number): string {
  const words = [
    'order',
    'refund',
    'please',
    'shipping',
    'address',
    'the',
    'customer',
    'asked',
    'when',
    'it',
    'arrives',
    'card',
    'about',
    'policy',
  ]
  let text = ''
  for (let state = seed + 1; text.length < length; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    text += `${words[(state >>> 16) % words.length]}${(state >>> 8) % 7 === 0 ? ` ${state % 1000}` : ''} `
  }
  return text.slice(0, length)
}

const TEXT = prose(574, 1)

/** An entry of 600 bytes as JSON, in which a number changes with every `n`. */
export function entry(n: number): { n: number; text: string } {
  return { n: 1_000_000_000 + n, text: TEXT }
}

export interface Support {
  profile: { name: string; tier: string; locale: string; about: string }
  messages: { role: string; content: string; rating: number }[]
  plan: { step: string; status: string; attempts: number }[]
  budget: { tokens: number; calls: number }
}

/** The state of a support session: 3.5 KB as JSON. */
export function support(): Support {
  return {
    profile: { name: 'Alice Example', tier: 'gold', locale: 'en-GB', about: prose(240, 2) },
    messages: Array.from({ length: 8 }, (_, i) => ({
      role: i % 2 === 0 ? 'user' : 'assistant',
      content: prose(268, 10 + i),
      rating: 0,
    })),
    plan: Array.from({ length: 6 }, (_, i) => ({ step: prose(65, 30 + i), status: 'open', attempts: 0 })),
    budget: { tokens: 100_000, calls: 0 },
  }
}

/** One small change, in turn in each of the larger parts; gives the name of the part. */
export function change(state: Support, n: number): keyof Support {
  const [message, task] = [state.messages[n % 8], state.plan[n % 6]]
  if (n % 3 === 0 && message !== undefined) {
    message.rating = n
    return 'messages'
  }
  if (n % 3 === 1 && task !== undefined) {
    task.attempts = n
    return 'plan'
  }
  state.budget.tokens = 100_000 + n
  return 'budget'
}
