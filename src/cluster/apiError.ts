/** Why the API server refused a request, as `metav1.StatusReason`. */
export type ApiErrorReason =
  | 'Conflict'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Forbidden'
  | 'Invalid'
  | 'BadRequest'
  | 'TooManyRequests'
  | 'Timeout'
  | 'InternalError';

/** A refused request; a value, since a refusal is an ordinary outcome for a controller. */
export interface ApiError {
  readonly reason: ApiErrorReason;
  /** The API server's words. */
  readonly message: string;
}

export function notFound(resource: string, name: string): ApiError {
  return { reason: 'NotFound', message: `${resource} "${name}" not found` };
}

/** Refused by admission. */
export function forbidden(resource: string, name: string, reason: string): ApiError {
  return { reason: 'Forbidden', message: `${resource} "${name}" is forbidden: ${reason}` };
}

/** Whether a quota has refused it. As upstream's clients, this goes by the words. */
export function isQuotaRefusal({ reason, message }: ApiError): boolean {
  return reason === 'Forbidden' && message.includes('exceeded quota: ');
}

export function alreadyExists(resource: string, name: string): ApiError {
  return { reason: 'AlreadyExists', message: `${resource} "${name}" already exists` };
}

export function conflict(resource: string, name: string): ApiError {
  return {
    reason: 'Conflict',
    message: `Operation cannot be fulfilled on ${resource} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
  };
}
