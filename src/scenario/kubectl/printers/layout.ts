/** kubectl's tabwriter: between two columns, and of each column with what is between. */
export const PADDING = 3;
export const MINIMUM_WIDTH = 6;
