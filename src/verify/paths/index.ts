/** What the rest of the project sees of Leibniz forms: which are true, and witnesses where the partials are too few. */
export { type Form, type FormTerm, type LeibnizForm, leibnizForms, partialsOf } from './forms.js';
export type { PartialReading } from './numbers.js';
export { findWitness, type Witness } from './witness.js';
