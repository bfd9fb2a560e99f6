#include <stdio.h>

#include "total.h"

int main(void)
{
	int got = total(2, 3);

	if (got != 5) {
		printf("total_test.c: total(2, 3) is %d, not 5\n", got);
		return 1;
	}
	printf("total_test.c: passed\n");
	return 0;
}
