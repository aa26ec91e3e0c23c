  stp fp, lr, [sp, #-16]!
  mov fp, sp
  str x25, [sp, #-16]!
  stp x21, x22, [sp, #-16]!
  stp x19, x20, [sp, #-16]!
block0:
  add x0, x3, #240
  ldr x1, [x2, #24]
  ldr x1, [x1]
  subs xzr, x0, x1
  b.hi label1 ; b label2
block2:
  mov x1, sp
  ldr x4, [x2, #40]
  subs xzr, x1, x4
  b.lo label3 ; b label4
block4:
  str x3, [x2, #48]
  ldr x1, [x2, #32]
  str x0, [x1]
  b label5
block5:
  load_ext_name_far x20, User(userextname0)+0
  ldr x19, [x3]
  ldur x0, [x3, #-24]
  ldar x1, [x20]
  cbnz x1, label6 ; b label7
block7:
  and x1, x19, #3
  cbnz x1, label8 ; b label9
block9:
  subs xzr, x19, #8
  b.lt label10 ; b label11
block11:
  sub x1, x19, #4
  subs xzr, x1, x19
  b.gt label12 ; b label13
block13:
  str x0, [x3, #40]
  add x4, x3, #40
  str x4, [x3, #56]
  str x1, [x3, #64]
  add x21, x3, #64
  mov x22, x3
  movz x6, #1
  str x6, [x2, #4176]
  mov x25, x2
  load_ext_name_far x7, User(userextname1)+0
  ldr x7, [x7]
  mov x3, x21
  blr x7
  mov x0, x22
  mov x1, x21
  add x6, x0, #240
  str x0, [x25, #48]
  ldr x7, [x25, #32]
  str x6, [x7]
  cbnz x2, label15 ; b label14
block14:
  mov x0, x3
  b label17
block16:
  b label17
block17:
  ldar x11, [x20]
  cbnz x11, label18 ; b label19
block19:
  and x13, x0, #3
  cbnz x13, label20 ; b label21
block21:
  adds x3, x0, x19
  cset x1, vs
  ands wzr, w1, #255
  b.ne label22 ; b label23
block23:
  movz x2, #0
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x25, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block1:
  b label28
block3:
  b label28
block6:
  b label27
block8:
  b label27
block10:
  b label26
block12:
  b label26
block15:
  movz x4, #1
  load_ext_name_far x10, User(userextname2)+0
  mov x0, x25
  blr x10
  cbnz x1, label25 ; b label16
block18:
  b label24
block20:
  b label24
block22:
  b label24
block24:
  movz x2, #5
  str x0, [x25, #72]
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x25, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block25:
  movz x2, #4
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x25, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block26:
  movz x2, #3
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x25, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block27:
  movz x2, #2
  load_ext_name_far x0, User(userextname0)+0
  ldr x3, [x0, #8]
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x25, [sp], #16
  ldp fp, lr, [sp], #16
  ret
block28:
  movz x2, #1
  movz x3, #0
  ldp x19, x20, [sp], #16
  ldp x21, x22, [sp], #16
  ldr x25, [sp], #16
  ldp fp, lr, [sp], #16
  ret
