const REQUEST = [
  /\bplease (?:\w+ ){0,2}confirm\b/i,
  /\bonce you(?:'ve|’ve| have)? confirm(?:ed)?\b/i,
  /\b(?:could|can|would) you (?:please )?confirm\b/i,
  /\bconfirm (?:if|whether|that) (?:you|everything|this|these)\b/i,
  /\blike (?:me |us )?to (?:proceed|go ahead)\b/i,
  /\bwould you like (?:me )?to (?:book|cancel|change|modify|update|upgrade|downgrade|add|use|offer|send|issue)\b/i,
  /\b(?:shall|should|may) (?:I|we) (?:proceed|go ahead|book|cancel|change|update)\b/i,
]

const AGREEMENT = [
  /\b(?:yes|yeah|yep|sure|ok|okay|absolutely|definitely|of course|agreed|confirmed|I confirm)\b/i,
  /\b(?:proceed|go ahead|please do|works for me)\b/i,
  /(?:^|\b(?:that's|that is|looks|sounds|everything is|all) )(?:correct|right|good|great|fine|perfect)\b/i,
]

const REFUSAL = [
  /^\W*(?:no|nope|not|never|wait|actually)\b/i,
  /\b(?:not sure|unsure)\b/i,
  /\b(?:do not|don't|don’t) (?:\w+ ){0,2}(?:proceed|book|cancel|change|go ahead)\b/i,
]

/** True when a text of the agent asks the customer for a yes. Told by its words, so it may err. */
export function asksForConsent(text: string): boolean {
  return REQUEST.some((pattern) => pattern.test(text))
}

/** True when a text of the customer says yes to what was asked. Told by its words, so it may err. */
export function givesConsent(text: string): boolean {
  return AGREEMENT.some((pattern) => pattern.test(text)) && !REFUSAL.some((pattern) => pattern.test(text))
}
