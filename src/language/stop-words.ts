/** English words that say nothing of what a text is about. Names of numbers and negations are not among them. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about after again all also am an and any are as at be because been before being between both but by can could did do does
  doing done down during each few for from further get got had has have having he her here hers him his how i if in into is it
  its itself just let like ll may me might more most much must my of off on once only or other our ours out over own per please
  re s same shall she should so some such t than thank thanks that the their theirs them then there these they this those
  through to too under until up us ve very was we were what when where which while who whom why will with would you your yours`
    .split(/\s+/)
    .values(),
)
