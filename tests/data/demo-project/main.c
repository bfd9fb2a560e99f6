#include <stdio.h>
#include <stdlib.h>

#include "total.h"

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: total A B\n");
		return 2;
	}
	printf("%d\n", total(atoi(argv[1]), atoi(argv[2])));
	return 0;
}
