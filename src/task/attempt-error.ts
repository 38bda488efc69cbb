/**
 * Thrown in a step: ends this attempt of the run, and nothing is recorded of the step. The run is tried again as the policy of its task says. For what
 * cannot be made good within the step, as it has been heard already.
 */
export class AttemptError extends Error {
  override readonly name = 'AttemptError'
}
