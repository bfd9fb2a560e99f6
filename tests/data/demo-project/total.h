#ifndef TOTAL_H
#define TOTAL_H

/* The sum of a and b. */
int total(int a, int b);

#endif
