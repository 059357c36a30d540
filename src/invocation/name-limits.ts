/** Characters of a name, ARN or id: more than any that AWS gives (IAM: 2,048). Names go into every table, message and page. */
export const MOST_NAME = 2048;
/** Of request metadata; AWS takes 16 labels of 256 characters each. */
export const MOST_LABELS = 64;
export const MOST_LABEL_TEXT = 16 * 1024;
